import { WebSocket } from "ws";
import { WS_MESSAGE_BYTES_MAX } from "../../../api/config.ts";
import { ERRORS, type ErrorCode, errorStatus } from "../../../protocol/errors.ts";
import { WS_CLOSE_CODES } from "../../../protocol/wire/close-codes.ts";
import { serverFrameSchema } from "../../../protocol/wire/stream.ts";
import type { HostileWorld } from "./hostile-world.ts";
import { mutated, oddValue } from "./odd-value.ts";
import type { HostileReport } from "./report.ts";
import { type Source, sourceOf } from "./source.ts";

/** Frames of one connection before the next is opened. */
const PER_SOCKET = 50;
const ROUND = 10 * PER_SOCKET;
const MARK = "mark";
const TIMEOUT_MS = 20_000;
/** By the protocol itself: bytes that are no frame, a message too large, text that is no UTF-8. */
const PROTOCOL_CLOSES = new Set([1002, 1003, 1006, 1007, 1009]);

function streamOf(source: Source, { known }: HostileWorld): string {
  const slug = source.pick(known.slugs);
  return source.pick([
    ...["book", "trades", "ticker"].map((kind) => `${kind}:${slug}`),
    `candles:${slug}:${source.pick(["1m", "1s", "2m", "__proto__"])}`,
    ...["markets", "exchange", "account", "account", "account", "constructor", "__proto__"],
    `account:${source.pick(known.addresses)}`,
    `book:${"x".repeat(source.below(300))}`,
    ...[":", "book:", `book:${slug}:1`, ""],
  ]);
}

function tokenOf(source: Source, { own, ended, known }: HostileWorld): string {
  return source.pick([
    ...[own.session, own.readKey, own.tradeKey, ended, "agon_x", "a".repeat(256)],
    source.pick(known.credentialIds),
  ]);
}

function frameOf(source: Source, world: HostileWorld): Record<string, unknown> {
  const id = source.percent(80) ? { id: source.below(1_000) } : {};
  const op = source.pick(["subscribe", "subscribe", "resume", "unsubscribe", "auth", "ping"]);
  if (op === "ping") return { op, ...id };
  if (op === "auth") return { op, token: tokenOf(source, world), ...id };
  const stream = streamOf(source, world);
  if (op !== "resume") return { op, stream, ...id };
  return { op, stream, after: source.pick([-1, 0, 1, 5, 1_000, 2 ** 31, 2 ** 53 - 1]), ...id };
}

/** A frame as text: often right, at times in the wrong place, often not right at all. */
function frameText(source: Source, world: HostileWorld): string {
  const frame = frameOf(source, world);
  if (source.percent(35)) return JSON.stringify(mutated(frame, source));
  const text = JSON.stringify(frame);
  if (source.percent(85)) return text;
  return source.pick([
    text.slice(0, source.below(text.length)),
    text + text,
    `[${text}]`,
    JSON.stringify(oddValue(source)),
    "[".repeat(4_000),
    text.replace("{", '{"__proto__":{"account":1},"op":"ping",'),
  ]);
}

/** What may end the connection. */
function lastBytes(source: Source): Buffer {
  return source.pick([
    Buffer.from(source.hex(2 + source.below(60)).slice(2), "hex"),
    // A text frame without a mask, one with reserved bits, a ping that is too long, bad UTF-8.
    Buffer.from([0x81, 0x02, 0x7b, 0x7d]),
    Buffer.from([0xf1, 0x80, 0, 0, 0, 0]),
    Buffer.from([0x89, 0xfe, 0x01, 0x00, 0, 0, 0, 0]),
    Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28]),
  ]);
}

/** A connection that judges each frame that comes. */
class JudgingSocket {
  readonly #socket: WebSocket;
  #marks = 0;
  #closed: number | null = null;
  #wake = () => {};

  private constructor(socket: WebSocket, judge: (text: string) => void) {
    this.#socket = socket;
    socket.on("error", () => {}); // a cut is among what is asked for
    socket.on("close", (code) => {
      this.#closed = code;
      this.#wake();
    });
    socket.on("message", (data) => {
      const text = String(data);
      if (text.includes('"pong"') && text.includes(MARK)) this.#marks += 1;
      judge(text);
      this.#wake();
    });
  }

  static async open(
    url: string,
    token: string | null,
    judge: (text: string) => void,
  ): Promise<JudgingSocket> {
    const headers = token === null ? {} : { Authorization: `Bearer ${token}` };
    const socket = new WebSocket(`${url.replace("http", "ws")}/ws`, { headers });
    const opened = new JudgingSocket(socket, judge);
    await new Promise((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    return opened;
  }

  send(text: string, source: Source): void {
    if (source.percent(3)) this.#socket.send(Buffer.from(text), { binary: true });
    else if (source.percent(5)) {
      const half = Math.floor(text.length / 2);
      this.#socket.send(text.slice(0, half), { fin: false });
      this.#socket.send(text.slice(half));
    } else this.#socket.send(text);
  }

  /** Bytes past the websocket. */
  sendRaw(bytes: Buffer): void {
    (this.#socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(bytes);
  }

  /** Resolves when all so far has been answered: null, or the code that the connection ended with. */
  async answered(): Promise<number | null> {
    const wanted = this.#marks + 1;
    this.#socket.send(JSON.stringify({ op: "ping", id: MARK }));
    return this.#until(() => this.#marks >= wanted);
  }

  /** Resolves with the code that the connection ends with. */
  ended(): Promise<number | null> {
    return this.#until(() => false);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  async #until(condition: () => boolean): Promise<number | null> {
    const timer = setTimeout(() => this.#socket.terminate(), TIMEOUT_MS);
    while (this.#closed === null && !condition()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    clearTimeout(timer);
    return this.#closed;
  }
}

/** Sends `cases` frames over connections of nobody's and of the attacker's. */
export async function runFrames(
  world: HostileWorld,
  options: { seed: number; cases: number; onRound?: (sent: number) => Promise<void> },
  report: HostileReport,
): Promise<void> {
  const { seed, cases, onRound } = options;
  for (let sent = 0; sent < cases; sent += PER_SOCKET) {
    // Apart from the requests' sources, which count up from 0.
    const source = sourceOf(seed, 2 ** 30 + sent);
    const count = Math.min(PER_SOCKET, cases - sent);
    await runSocket(count, source, { world, report, name: `frames ${sent}` });
    if ((sent + count) % ROUND !== 0) continue;
    await world.renewOwn();
    await onRound?.(sent + count);
  }
}

async function runSocket(
  count: number,
  source: Source,
  { world, report, name }: { world: HostileWorld; report: HostileReport; name: string },
): Promise<void> {
  const said: string[] = [];
  const fail = (fault: string, text = "") =>
    report.fail(`${name}: ${fault}\n  ${said.join("\n  ").slice(-1_500)}\n  ${text.slice(0, 300)}`);
  const token = source.percent(60) ? world.own.session : null;
  const judge = (text: string) => judgeFrame(text, { world, report, fail, said });
  const socket = await JudgingSocket.open(world.exchange.apiUrl, token, judge);
  try {
    for (let i = 0; i < count; i++) {
      const text = frameText(source, world);
      report.countFrame();
      said.push(text);
      socket.send(text, source);
    }
    const [end] = await Promise.all([socket.answered(), world.stirVictim()]);
    if (end !== null) return fail(`the connection ended with ${end}`);
    if (!source.percent(50)) return;
    if (source.percent(50)) socket.send("x".repeat(WS_MESSAGE_BYTES_MAX + 1), source);
    else socket.sendRaw(lastBytes(source));
    const code = await Promise.race([socket.ended(), socket.answered()]);
    if (code !== null && !PROTOCOL_CLOSES.has(code) && !(code in WS_CLOSE_CODES)) {
      fail(`the connection ended with ${code}`);
    }
  } finally {
    socket.terminate();
  }
}

function judgeFrame(
  text: string,
  deps: {
    world: HostileWorld;
    report: HostileReport;
    said: readonly string[];
    fail: (fault: string, text: string) => void;
  },
): void {
  const { world, report, fail, said } = deps;
  const frame = JSON.parse(text) as { type?: string; code?: string };
  if (!serverFrameSchema.safeParse(frame).success) fail("a frame breaks its schema", text);
  if (frame.type === "error") {
    const { code = "" } = frame;
    report.byCode[code] = (report.byCode[code] ?? 0) + 1;
    if (!(code in ERRORS)) fail("an error without a code", text);
    else if (errorStatus(code as ErrorCode) >= 500) fail(`an error of the server: ${code}`, text);
  }
  for (const canary of world.canaries.within(text, said.join("\n"))) fail(`tells ${canary}`, text);
}
