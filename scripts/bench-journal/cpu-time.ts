import { globSync, readFileSync } from "node:fs";

const TICKS_PER_SECOND = 100;

/** CPU seconds that this process has used, all its threads together. */
export function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/**
 * CPU seconds that the processes of one PostgreSQL server have used and live; null where there is no
 * /proc. `dataDir` tells which server.
 */
export function serverCpuSeconds(dataDir: string): number | null {
  try {
    const postmaster = Number(readFileSync(`${dataDir}/postmaster.pid`, "utf8").split("\n")[0]);
    let ticks = 0;
    for (const path of globSync("/proc/[0-9]*/stat")) {
      const stat = statFields(path);
      if (stat === null) continue;
      if (stat.parent === postmaster || path === `/proc/${postmaster}/stat`) ticks += stat.ticks;
    }
    return ticks / TICKS_PER_SECOND;
  } catch {
    return null;
  }
}

/** Null when the process has ended meanwhile. */
function statFields(path: string): { parent: number; ticks: number } | null {
  try {
    const text = readFileSync(path, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return null;
  }
}
