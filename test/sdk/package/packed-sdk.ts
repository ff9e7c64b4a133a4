import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../../scripts/start/paths.ts";

/** A fresh project outside the repository that has the packed SDK installed. */
export interface PackedSdk {
  /** The project's folder. */
  folder: string;
  /** Paths within the tarball. */
  files: string[];
  remove(): void;
}

const modules = join(ROOT, "node_modules");
/** What the package names as its own needs: here of the repository's installation, without a network. */
const NEEDED = ["viem", "zod"];

/** Builds, packs and installs the SDK as its users get it. */
export function packSdk(): PackedSdk {
  const folder = mkdtempSync(join(tmpdir(), "agon-packed-sdk-"));
  execFileSync(process.execPath, [join(ROOT, "scripts", "build-sdk.ts")], { cwd: ROOT });
  const packed = execFileSync("npm", ["pack", "--json", "--pack-destination", folder], {
    cwd: join(ROOT, "sdk"),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [{ filename, files }] = JSON.parse(packed) as [
    { filename: string; files: { path: string }[] },
  ];
  const installed = join(folder, "node_modules", "@agon", "sdk");
  mkdirSync(installed, { recursive: true });
  const tarball = join(folder, filename);
  execFileSync("tar", ["-xzf", tarball, "-C", installed, "--strip-components=1"]);
  for (const name of NEEDED) symlinkSync(join(modules, name), join(folder, "node_modules", name));
  return {
    folder,
    files: files.map(({ path }) => path),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
