import { type HostileWorld, startHostileWorld } from "./hostile-world.ts";
import type { Memory } from "./read-memory.ts";
import { HostileReport } from "./report.ts";
import { runFrames } from "./run-frames.ts";
import { runRequests } from "./run-requests.ts";
import { stillStands } from "./still-stands.ts";

export interface HostileOutcome {
  seed: number;
  cases: number;
  requests: number;
  frames: number;
  seconds: number;
  by_status: Record<string, number>;
  by_code: Record<string, number>;
  routes: number;
  /** Of the process of engine and api, MiB: what is in use behind a collection, and what the system gave it. */
  memory: { heap_early: number; heap_late: number; rss_early: number; rss_late: number };
  failures_total: number;
  failures: string[];
}

/** The share of the cases that are frames of `/ws`. */
const FRAMES_SHARE = 0.25;
const HEAP_GROWTH_MAX_MIB = 24;
const ROUNDS_PER_SAMPLE = 4;

/** Runs `cases` hostile cases against an exchange of its own, or against `world`. */
export async function runHostile(options: {
  seed: number;
  cases: number;
  world?: HostileWorld;
  onProgress?: (line: string) => void;
}): Promise<HostileOutcome> {
  const { seed, cases, onProgress } = options;
  const world = options.world ?? (await startHostileWorld());
  try {
    return await attack(world, { seed, cases, ...(onProgress ? { onProgress } : {}) });
  } finally {
    if (!options.world) await world.stop();
  }
}

async function attack(
  world: HostileWorld,
  options: { seed: number; cases: number; onProgress?: (line: string) => void },
): Promise<HostileOutcome> {
  const { seed, cases, onProgress } = options;
  const { exchange } = world;
  const report = new HostileReport(onProgress);
  const samples: Memory[] = [];
  let rounds = 0;
  const pid = exchange.pids()["server"];
  const startedAt = performance.now();
  const frames = Math.round(cases * FRAMES_SHARE);
  const inUse = () => `${Math.round(samples.at(-1)?.heapMiB ?? 0)} MiB in use`;
  const onRound = async (sent: number) => {
    if (rounds++ % ROUNDS_PER_SAMPLE === 0) samples.push(await world.inspector.memory());
    if (sent % 1_500 === 0) onProgress?.(`${sent} sent, ${report.failed} failures, ${inUse()}`);
  };
  await runRequests(world, { seed, cases: cases - frames, onRound }, report);
  const requests = report.cases;
  await runFrames(world, { seed, cases: frames, onRound }, report);
  if (exchange.pids()["server"] !== pid) report.fail("the server died, and was started again");
  for (const line of world.bugs()) report.fail(`the server says ${line.slice(0, 600)}`);
  for (const fault of await stillStands(world)) report.fail(fault);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const memory = growth(samples);
  if (memory.heap_late > memory.heap_early + HEAP_GROWTH_MAX_MIB) {
    report.fail(`the heap grew from ${memory.heap_early} to ${memory.heap_late} MiB`);
  }
  return {
    ...{ seed, cases: report.cases, requests, frames: report.cases - requests, seconds },
    ...{ by_status: report.byStatus, by_code: report.byCode },
    ...{ routes: Object.keys(report.byRoute).length, memory },
    ...{ failures_total: report.failed, failures: report.failures },
  };
}

/** The second fifth beside the last: by then caches are warm. */
function growth(samples: readonly Memory[]) {
  const fifth = Math.ceil(samples.length / 5);
  const early = samples.slice(fifth, 2 * fifth);
  const late = samples.slice(-fifth);
  const floor = (of: typeof early, key: "heapMiB" | "rssMiB") =>
    Math.round(Math.min(...(of.length > 0 ? of : late).map((one) => one[key])));
  return {
    heap_early: floor(early, "heapMiB"),
    heap_late: floor(late, "heapMiB"),
    rss_early: floor(early, "rssMiB"),
    rss_late: floor(late, "rssMiB"),
  };
}
