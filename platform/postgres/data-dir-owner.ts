import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StartError } from "../start-error.ts";

/** A process told from a later one with the same id: on Linux by its start time. */
function identify(pid: number): string | null {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return null;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? null : `${pid} ${fields[19]}`;
  } catch {
    return `${pid} -`;
  }
}

function ownerPath(dataDir: string): string {
  return `${dataDir}.owner`;
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return null;
  }
}

/** @throws StartError `data_dir_in_use` while the process that claimed the directory lives. */
export function claimDataDir(dataDir: string): void {
  const claim = readText(ownerPath(dataDir));
  const pid = Number.parseInt(claim ?? "", 10);
  if (claim && pid !== process.pid && identify(pid) === claim) {
    throw new StartError(
      "data_dir_in_use",
      `The database in ${dataDir} is in use by process ${pid}; stop that one first.`,
    );
  }
  writeFileSync(ownerPath(dataDir), `${identify(process.pid)}\n`);
}

export function releaseDataDir(dataDir: string): void {
  rmSync(ownerPath(dataDir), { force: true });
}

/**
 * The id of a server that still runs on `dataDir`, left behind by a killed owner; null when there is
 * none. Trusts `postmaster.pid` only if that process really serves this directory.
 */
export function orphanedServer(dataDir: string): number | null {
  const pid = Number.parseInt(readText(join(dataDir, "postmaster.pid")) ?? "", 10);
  if (!Number.isInteger(pid) || identify(pid) === null) return null;
  const commandLine = readText(`/proc/${pid}/cmdline`);
  return commandLine?.split("\0").includes(dataDir) ? pid : null;
}

/** Whether the process is there (a zombie is not). */
export function isAlive(pid: number): boolean {
  return identify(pid) !== null;
}
