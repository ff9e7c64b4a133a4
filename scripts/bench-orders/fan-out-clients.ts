import { connect, type Socket } from "node:net";

/**
 * Websocket clients that merely count, in a process of their own: node fan-out-clients.ts PORT COUNT WORD FRAME.
 * Each sends FRAME (none when empty) once it is connected, and counts the messages that begin with
 * `{"type":"WORD"`. Tells its parent `open`, then the count so far whenever it has grown.
 */

const [port = "", count = "", word = "", frame = ""] = process.argv.slice(2);
const PREFIX = Buffer.from(`{"type":"${word}"`);
const CONNECTING_AT_ONCE = 100;
const REPORT_MS = 5;
const PING = 0x89;
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);
const HEAD_END = Buffer.from("\r\n\r\n");

let received = 0;
let reported = 0;

/** A text message as a client frames it: masked, here by a mask of zeros. */
function masked(text: string): Buffer {
  const payload = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}

function isOfInterest(bytes: Buffer, start: number): boolean {
  return bytes.compare(PREFIX, 0, PREFIX.length, start, start + PREFIX.length) === 0;
}

/** Counts the whole messages in `bytes`, answers pings, and returns what is left of an unfinished frame. */
function takeFrames(bytes: Buffer, socket: Socket): Buffer {
  let at = 0;
  while (bytes.length - at >= 2) {
    const short = (bytes[at + 1] as number) & 0x7f;
    const headerLength = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length - at < headerLength) break;
    const length =
      short < 126
        ? short
        : short === 126
          ? bytes.readUInt16BE(at + 2)
          : Number(bytes.readBigUInt64BE(at + 2));
    const start = at + headerLength;
    if (bytes.length - start < length) break;
    if (bytes[at] === PING) socket.write(PONG);
    else if (length > PREFIX.length && isOfInterest(bytes, start)) received += 1;
    at = start + length;
  }
  return at === bytes.length ? EMPTY : Buffer.from(bytes.subarray(at));
}

const EMPTY: Buffer = Buffer.alloc(0);

/** Resolves once the connection is upgraded and has heard at least one message where it asked for one. */
function openOne(): Promise<void> {
  return new Promise((resolve, reject) => {
    let rest: Buffer = EMPTY;
    let isUpgraded = false;
    const take = (length: number, buffer: Uint8Array): boolean => {
      const fresh = Buffer.from(buffer.buffer, buffer.byteOffset, length);
      const bytes = rest.length === 0 ? fresh : Buffer.concat([rest, fresh]);
      if (isUpgraded) {
        rest = takeFrames(bytes, socket);
        return true;
      }
      const end = bytes.indexOf(HEAD_END);
      rest = Buffer.from(end < 0 ? bytes : bytes.subarray(end + HEAD_END.length));
      if (end < 0) return true;
      isUpgraded = true;
      if (frame !== "") socket.write(masked(frame));
      rest = takeFrames(rest, socket);
      resolve();
      return true;
    };
    const socket: Socket = connect({
      host: "127.0.0.1",
      port: Number(port),
      onread: { buffer: SHARED, callback: take },
    });
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("a client was cut")));
    socket.write(
      `GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
  });
}

/** One buffer for all: what is read is counted at once. */
const SHARED = Buffer.alloc(256 * 1024);

process.on("disconnect", () => process.exit(0));
for (let opened = 0; opened < Number(count); opened += CONNECTING_AT_ONCE) {
  const group = Math.min(CONNECTING_AT_ONCE, Number(count) - opened);
  await Promise.all(Array.from({ length: group }, openOne));
}
process.send?.("open");
setInterval(() => {
  if (received === reported) return;
  reported = received;
  process.send?.(received);
}, REPORT_MS);
