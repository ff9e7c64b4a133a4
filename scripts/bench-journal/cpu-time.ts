import { globSync, readFileSync } from "node:fs";

const TICKS_PER_SECOND = 100;

/** CPU seconds that this process has used, all its threads together. */
export function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/**
 * CPU seconds that one PostgreSQL server has used, backends that have ended among it; null where there is
 * no /proc. `dataDir` tells which server.
 */
export function serverCpuSeconds(dataDir: string): number | null {
  try {
    const postmaster = Number(readFileSync(`${dataDir}/postmaster.pid`, "utf8").split("\n")[0]);
    let ticks = 0;
    for (const path of globSync("/proc/[0-9]*/stat")) {
      const stat = statFields(path);
      if (stat === null) continue;
      if (stat.parent === postmaster) ticks += stat.ticks;
      if (path === `/proc/${postmaster}/stat`) ticks += stat.ticks + stat.endedTicks;
    }
    return ticks / TICKS_PER_SECOND;
  } catch {
    return null;
  }
}

interface Stat {
  parent: number;
  ticks: number;
  /** Of children that have ended. */
  endedTicks: number;
}

/** Null when the process has ended meanwhile. */
function statFields(path: string): Stat | null {
  try {
    const text = readFileSync(path, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const [utime, stime, cutime, cstime] = fields.slice(11, 15).map(Number) as number[];
    return {
      parent: Number(fields[1]),
      ticks: (utime ?? 0) + (stime ?? 0),
      endedTicks: (cutime ?? 0) + (cstime ?? 0),
    };
  } catch {
    return null;
  }
}
