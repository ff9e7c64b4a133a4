/**
 * The book and the engine's core against a floor and a peer, over three streams of commands; the last line
 * is JSON, in commands a second. `node scripts/bench-engine.ts [--passes 5] [--rounds 2]`
 */
import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import type { CommandStream } from "./bench-engine/command-stream.ts";
import { generateStream } from "./bench-engine/generate-stream.ts";
import { type Measurement, median } from "./bench-engine/measure-engine.ts";
import type { EngineName, MeasureTask } from "./bench-engine/measure-thread.ts";
import { TIMED_COMMANDS, WORKLOADS } from "./bench-engine/workload.ts";

/** The peer is so much slower that a part of the stream, and fewer passes, tell as much. */
const PEER_COMMANDS = 100_000;
const ENGINES: readonly EngineName[] = ["floor", "book", "core", "peer"];

const { values } = parseArgs({
  options: {
    passes: { type: "string", default: "5" },
    rounds: { type: "string", default: "2" },
  },
});
const passes = Number(values.passes);
const rounds = Number(values.rounds);

function measure(engine: EngineName, stream: CommandStream): Promise<Measurement> {
  const isPeer = engine === "peer";
  const workerData: MeasureTask = {
    engine,
    stream,
    passes: isPeer ? Math.min(3, passes) : passes,
    timed: isPeer ? PEER_COMMANDS : TIMED_COMMANDS,
  };
  const { promise, resolve, reject } = Promise.withResolvers<Measurement>();
  const url = new URL("./bench-engine/measure-thread.ts", import.meta.url);
  const worker = new Worker(url, { workerData });
  worker.once("message", resolve).once("error", reject);
  return promise;
}

function millions(perSecond: number): string {
  return `${(perSecond / 1e6).toFixed(2)} M`.padStart(9);
}

/** What an engine matched must be what the stream's maker matched. */
function checkFacts(name: string, { facts }: Measurement, stream: CommandStream): void {
  for (const [fact, figure] of Object.entries(facts)) {
    const expected = stream.facts[fact as keyof typeof facts];
    if (figure !== expected) throw new Error(`${name}: ${fact} is ${figure}, not ${expected}`);
  }
}

const [cpu] = cpus();
const memoryGib = Math.round(totalmem() / 2 ** 30);
console.log(`${cpu?.model}, ${cpus().length} cores, ${memoryGib} GiB, Node ${process.version}`);
console.log(`Medians of ${passes * rounds} warm passes, in commands a second of one core's time;`);
console.log(
  "p50, p99 and p99.9 of single commands in ns by the wall clock, its own cost inside.\n",
);

const figures: Record<string, number> = {};
let worstP999 = 0;
let bytesPerOrder = 0;
for (const workload of WORKLOADS) {
  const stream = generateStream(workload);
  const { rests, cancels, takes } = stream.mix;
  const share = (count: number) => `${((100 * count) / TIMED_COMMANDS).toFixed(1)} %`;
  console.log(`${workload.name}: ${workload.what}`);
  console.log(`  rests ${share(rests)}, cancels ${share(cancels)}, takes ${share(takes)}`);
  for (const engine of ENGINES) {
    const all: Measurement[] = [];
    for (let round = 0; round < (engine === "peer" ? 1 : rounds); round++) {
      const measurement = await measure(engine, stream);
      if (engine !== "peer") checkFacts(`${engine} ${workload.name}`, measurement, stream);
      all.push(measurement);
    }
    const perSecond = median(all.flatMap((one) => one.perSecond));
    const perWallSecond = median(all.flatMap((one) => one.perWallSecond));
    const [p50, p99, p999] = (["p50", "p99", "p999"] as const).map((share) =>
      median(all.map(({ latencyNs }) => latencyNs[share])),
    );
    const wall = `(${millions(perWallSecond).trim()} by the wall clock)`;
    console.log(
      `  ${engine.padEnd(6)}${millions(perSecond)} ${wall}  ${p50} / ${p99} / ${p999} ns`,
    );
    figures[`${engine}_${workload.name}`] = Math.round(perSecond);
    if (engine !== "core") continue;
    worstP999 = Math.max(worstP999, p999 ?? 0);
    if (workload.name === "w2") bytesPerOrder = all[0]?.bytesPerOrder ?? 0;
  }
}
const NAMES = ["book_w1", "book_w2", "book_w3", "core_w1", "core_w2", "core_w3"];
const PEERS = ["peer_w1", "peer_w2", "peer_w3", "floor_w1"];
console.log(
  JSON.stringify({
    ...Object.fromEntries([...NAMES, ...PEERS].map((name) => [name, figures[name]])),
    core_p999_ns: worstP999,
    bytes_per_order: Math.round(10 * bytesPerOrder) / 10,
  }),
);
