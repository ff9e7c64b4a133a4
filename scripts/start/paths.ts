import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Where a running exchange keeps its database, logs and addresses; git-ignored. */
export const DATA_DIR = resolve(process.env["AGON_DATA_DIR"] || join(ROOT, ".agon"));
