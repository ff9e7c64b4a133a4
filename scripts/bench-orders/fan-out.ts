/**
 * Messages a second that a book's readers get from the api's `/ws`, beside bare `ws` broadcasting the same
 * bytes to as many clients, in one run by turns. One event a turn of the loop is the hardest case:
 * nothing can share a write. With `--burst`, so many come at once, as from one group commit of the engine.
 * The last line is JSON. `node scripts/bench-orders/fan-out.ts [--clients 1000,5000] [--rounds 3] [--burst 10]`
 */
import { parseArgs } from "node:util";
import { startCountingClients } from "./counting-clients.ts";
import { FAN_OUT_STREAM, startFanOutApi } from "./fan-out-api.ts";
import { startBareServer } from "./fan-out-bare.ts";

/** Deliveries of one measurement. */
const DELIVERIES = 200_000;
/** Turns that may be under way before the next: enough to keep both ends busy. */
const TURNS_AHEAD = 8;

/** One measurement; the CPU is the server's alone. */
export interface FanOutRate {
  perSecond: number;
  cpuMicrosPerMessage: number;
}

export interface FanOutFigures {
  clients: number;
  burst: number;
  api: FanOutRate;
  bareWs: FanOutRate;
}

interface Side {
  /** Sends one message to every client. */
  send(): void;
  clients: Awaited<ReturnType<typeof startCountingClients>>;
}

async function measure(side: Side, count: number, burst: number): Promise<FanOutRate> {
  const turns = Math.max(TURNS_AHEAD, Math.ceil(DELIVERIES / (count * burst)));
  const before = side.clients.received();
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  for (let turn = 1; turn <= turns; turn++) {
    for (let i = 0; i < burst; i++) side.send();
    await new Promise(setImmediate);
    await side.clients.until(before + (turn - TURNS_AHEAD) * burst * count);
  }
  const messages = turns * burst * count;
  await side.clients.until(before + messages);
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { perSecond: messages / seconds, cpuMicrosPerMessage: (user + system) / messages };
}

function median(rates: readonly FanOutRate[]): FanOutRate {
  const of = (figure: keyof FanOutRate) => {
    const sorted = rates.map((rate) => rate[figure]).sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] as number;
  };
  return { perSecond: of("perSecond"), cpuMicrosPerMessage: of("cpuMicrosPerMessage") };
}

/** Measures both servers by turns with `count` clients each, and gives the medians. */
export async function measureFanOut(
  count: number,
  { rounds = 3, bursts = [1, 10] }: { rounds?: number; bursts?: readonly number[] } = {},
): Promise<FanOutFigures[]> {
  const api = await startFanOutApi(count);
  const bare = await startBareServer();
  const frame = JSON.stringify({ op: "subscribe", stream: FAN_OUT_STREAM });
  const follow = (port: number, first: string) =>
    startCountingClients(port, { count, type: "book", frame: first });
  const message = Buffer.from(api.publish());
  const apiSide: Side = { send: () => void api.publish(), clients: await follow(api.port, frame) };
  const bareSide: Side = {
    send: () => bare.broadcast(message),
    clients: await follow(bare.port, ""),
  };
  try {
    const figures: FanOutFigures[] = [];
    for (const burst of bursts) {
      for (const side of [apiSide, bareSide]) await measure(side, count, burst); // warm
      const rates = { api: [] as FanOutRate[], bareWs: [] as FanOutRate[] };
      for (let round = 0; round < rounds; round++) {
        rates.bareWs.push(await measure(bareSide, count, burst));
        rates.api.push(await measure(apiSide, count, burst));
      }
      figures.push({ clients: count, burst, api: median(rates.api), bareWs: median(rates.bareWs) });
    }
    return figures;
  } finally {
    apiSide.clients.stop();
    bareSide.clients.stop();
    await bare.stop();
    await api.stop();
  }
}

function line({ clients, burst, api, bareWs }: FanOutFigures): string {
  const rate = ({ perSecond, cpuMicrosPerMessage }: FanOutRate) =>
    `${Math.round(perSecond).toLocaleString("en").padStart(9)}/s ${cpuMicrosPerMessage.toFixed(2).padStart(6)} µs CPU`;
  const ratio = (api.perSecond / bareWs.perSecond).toFixed(2);
  return `${String(clients).padStart(5)} clients, ${String(burst).padStart(2)} a turn: /ws ${rate(api)}   bare ws ${rate(bareWs)}   ratio ${ratio}`;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      clients: { type: "string", default: "1000,5000" },
      rounds: { type: "string", default: "3" },
      burst: { type: "string", default: "10" },
    },
  });
  const bursts = [...new Set([1, Number(values.burst)])];
  const result: Record<string, number> = {};
  for (const count of values.clients.split(",").map(Number)) {
    for (const figures of await measureFanOut(count, { rounds: Number(values.rounds), bursts })) {
      console.log(line(figures));
      const suffix = figures.burst === 1 ? "" : `_burst_${figures.burst}`;
      result[`fanout_${count}${suffix}_per_s`] = Math.round(figures.api.perSecond);
      result[`bare_ws_${count}${suffix}_per_s`] = Math.round(figures.bareWs.perSecond);
    }
  }
  console.log(JSON.stringify(result));
}
