import type { CommandStream, StreamFacts } from "./command-stream.ts";
import type { EngineRun } from "./engine-run.ts";

/** What one engine did with one stream. */
export interface Measurement {
  /** Timed commands a second of the thread's own CPU time, of each warm pass: others' load does not count. */
  perSecond: number[];
  /** The same by the wall clock. */
  perWallSecond: number[];
  /** Nanoseconds of single orders and cancels, the timer's own cost included; batches settle between them. */
  latencyNs: { p50: number; p99: number; p999: number };
  facts: Partial<StreamFacts>;
  bytesPerOrder: number | null;
}

/**
 * Runs the stream `passes` times after a cold pass, then once with a clock around each command. Each pass
 * starts from an empty engine; the prefill is not timed.
 */
export function measureEngine(
  createRun: () => EngineRun,
  stream: CommandStream,
  options: { passes: number; timed: number },
): Measurement {
  const { prefill } = stream;
  const end = prefill + options.timed;
  const perSecond: number[] = [];
  const perWallSecond: number[] = [];
  let run = createRun();
  for (let pass = 0; pass <= options.passes; pass++) {
    run = createRun();
    run.run(0, prefill);
    const startedMs = performance.now();
    const startedCpu = process.threadCpuUsage();
    run.run(prefill, end);
    const { user, system } = process.threadCpuUsage(startedCpu);
    const wallMs = performance.now() - startedMs;
    if (pass === 0) continue;
    perSecond.push((options.timed / (user + system)) * 1e6);
    perWallSecond.push((options.timed / wallMs) * 1e3);
  }
  return {
    perSecond,
    perWallSecond,
    facts: run.facts(),
    bytesPerOrder: run.bytesPerOrder?.() ?? null,
    latencyNs: latencies(createRun(), prefill, end),
  };
}

function latencies(run: EngineRun, prefill: number, end: number): Measurement["latencyNs"] {
  run.run(0, prefill);
  const ns = new Float64Array(end - prefill);
  for (let command = prefill; command < end; command++) {
    const startedMs = performance.now();
    run.run(command, command + 1);
    ns[command - prefill] = (performance.now() - startedMs) * 1e6;
    run.settle?.();
  }
  ns.sort();
  const at = (share: number) => Math.round(ns[Math.floor(ns.length * share)] as number);
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999) };
}

/** The middle of the figures. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] as number;
}
