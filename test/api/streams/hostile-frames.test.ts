import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { before, describe, it } from "mocha";
import { WebSocket } from "ws";
import { WS_CLOSE_CODES } from "../../../protocol/wire/close-codes.ts";
import { serverFrameSchema } from "../../../protocol/wire/stream.ts";
import { seededRandom } from "../../sdk/fixture/random.ts";
import { useApiWorld } from "../support/api-world.ts";
import type { AnyFrame } from "../support/test-socket.ts";

const CASES = 20_000;
/** Cases that are under way together. */
const AT_ONCE = 100;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

type Random = () => number;

function pick<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)] as T;
}

/** Values that stand where others should. */
function oddValue(random: Random): unknown {
  return pick<() => unknown>(random, [
    () => null,
    () => -1,
    () => 1e308,
    () => 0.5,
    () => Number.MAX_SAFE_INTEGER,
    () => "",
    () => "x".repeat(Math.floor(random() * 300)),
    () => "\u0000\uffff\ud800",
    () => "__proto__",
    () => [],
    () => [[[[[]]]]],
    () => ({ $ne: null }),
    () => ({ toString: "no" }),
    () => true,
    () => "' OR 1=1 --",
  ])();
}

const STREAMS = [
  "book:hostile",
  "trades:hostile",
  "ticker:hostile",
  "candles:hostile:1m",
  "candles:hostile:2m",
  "candles:hostile:__proto__",
  "markets",
  "exchange",
  "account",
  "account:0x0000000000000000000000000000000000000001",
  "book:",
  ":",
  "book:hostile:x",
  "constructor",
  "__proto__",
];

/** A frame as a client might send it: often right, often not. */
function frameText(random: Random, victim: string): string {
  const frame: Record<string, unknown> = {
    op: pick(random, ["subscribe", "unsubscribe", "resume", "ping", "auth", "dance", "toString"]),
    stream: random() < 0.1 ? `account:${victim}` : pick(random, STREAMS),
    id: Math.floor(random() * 1000),
  };
  if (frame["op"] === "resume") frame["after"] = Math.floor(random() * 10) - 1;
  if (frame["op"] === "auth") frame["token"] = pick(random, ["agon_x", victim, "a".repeat(256)]);
  if (frame["op"] === "ping" || frame["op"] === "auth") delete frame["stream"];
  const chance = random();
  if (chance < 0.2) frame[pick(random, Object.keys(frame))] = oddValue(random);
  else if (chance < 0.3) delete frame[pick(random, Object.keys(frame))];
  else if (chance < 0.35) frame["account"] = victim;
  const text = JSON.stringify(frame);
  const damage = random();
  if (damage < 0.05) return text.slice(0, Math.floor(random() * text.length));
  if (damage < 0.08) return `${text}${text}`;
  if (damage < 0.1) return JSON.stringify([frame]);
  return text;
}

describe("hostile frames", () => {
  const world = useApiWorld({
    WS_POINTS_PER_SECOND: "1000000",
    WS_POINTS_PER_SECOND_PER_ADDRESS: "10000000",
    WS_MAX_SUBSCRIPTIONS: "5",
    WS_HEARTBEAT_MS: "60000",
  });
  let victim: string;

  before(async () => {
    const { call, engine, order, trader } = world();
    const marketId = await engine.createMarket("hostile");
    const account = await trader();
    victim = account.address.toLowerCase();
    await call("POST", "/v1/orders", { body: await order(account, { marketId, price: 400 }) });
  });

  /** A socket that checks each frame that it gets, and counts the replies. */
  async function open(own: string | null) {
    const token = own === null ? {} : { Authorization: `Bearer ${own}` };
    const socket = new WebSocket(`${world().api.url.replace("http", "ws")}/ws`, { headers: token });
    const seen = { pongs: 0, errors: new Map<string, number>(), faults: [] as string[], code: 0 };
    let wake = () => {};
    socket.on("error", () => {});
    socket.on("close", (code) => {
      seen.code = code;
      wake();
    });
    socket.on("message", (data) => {
      const text = String(data);
      const frame: AnyFrame = JSON.parse(text);
      if (!serverFrameSchema.safeParse(frame).success)
        seen.faults.push(`breaks its schema: ${text}`);
      if (frame.code === "internal") seen.faults.push(text);
      if (frame.account === victim) seen.faults.push(`tells of another: ${text}`);
      if (frame.type === "error") {
        seen.errors.set(frame.code, (seen.errors.get(frame.code) ?? 0) + 1);
      }
      if (frame.type === "pong" && frame.id === "mark") seen.pongs += 1;
      wake();
    });
    await new Promise((resolve) => socket.once("open", resolve));
    /** Resolves when all that was sent so far has been answered. */
    async function answered(): Promise<void> {
      const wanted = seen.pongs + 1;
      socket.send('{"op":"ping","id":"mark"}');
      while (seen.pongs < wanted && seen.code === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
    return { socket, seen, answered };
  }

  it(`meet only codes: ${CASES} of them, signed in and not`, async function () {
    this.timeout(180_000);
    const seed = randomInt(2 ** 31);
    const draw = seededRandom(seed);
    const random = () => draw(2 ** 30) / 2 ** 30;
    const { call, trader, signIn } = world();
    const token = await signIn(await trader());
    const errors = new Map<string, number>();
    let early = 0;
    for (let sent = 0; sent < CASES; sent += AT_ONCE * 5) {
      const { socket, seen, answered } = await open(random() < 0.5 ? token : null);
      for (let round = 0; round < 5; round++) {
        for (let i = 0; i < AT_ONCE; i++) {
          const text = frameText(random, victim);
          if (random() < 0.02) socket.send(Buffer.from(text), { binary: true });
          else socket.send(text);
          if (random() < 0.02) socket.send(text);
        }
        await answered();
      }
      assert.deepEqual(seen.faults.slice(0, 3), [], `seed ${seed}`);
      assert.equal(seen.code, 0, `cut with ${seen.code}, seed ${seed}`);
      for (const [code, count] of seen.errors) errors.set(code, (errors.get(code) ?? 0) + count);
      socket.terminate();
      if (sent >= CASES / 5 && early === 0) early = bytesInUse();
    }
    for (const code of [
      "body_malformed",
      "validation_failed",
      "stream_unknown",
      "unauthenticated",
    ]) {
      assert.ok((errors.get(code) ?? 0) > 100, `${code}: ${errors.get(code)}`);
    }
    const grown = bytesInUse() - early;
    assert.ok(grown < 16 * 2 ** 20, `${Math.round(grown / 2 ** 20)} MiB more, seed ${seed}`);
    assert.equal((await call("GET", "/v1/markets/hostile/book")).status, 200);
  });

  it("that are too large, or no frames at all, end the connection with a code", async () => {
    for (const [what, code] of [
      ["x".repeat(9_000), 1009],
      [Buffer.alloc(100_000), 1009],
    ] as const) {
      const { socket, seen, answered } = await open(null);
      socket.send(what);
      await answered();
      assert.equal(seen.code, code);
      assert.ok(code in WS_CLOSE_CODES);
    }
  });
});

function bytesInUse(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
