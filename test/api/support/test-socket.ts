import { WebSocket } from "ws";

// biome-ignore lint/suspicious/noExplicitAny: tests look into whatever frame came.
export type AnyFrame = any;

/** A plain client of `/ws` for tests: frames by their type, in order, each taken once. */
export interface TestSocket {
  /** Every frame so far. */
  seen: AnyFrame[];
  send(frame: object | string): void;
  /** The next frame of the type that was not taken yet. Rejects after five seconds. */
  next(type: string, matches?: (frame: AnyFrame) => boolean): Promise<AnyFrame>;
  /** Resolves with the code that the connection closed with. */
  closed: Promise<SocketEnd>;
  pause(): void;
  close(): void;
  terminate(): void;
}

/** How a connection ended: with a close code, or before it began with an HTTP status. */
export interface SocketEnd {
  code: number;
  reason: string;
  httpStatus: number | null;
}

const TIMEOUT_MS = 5000;

function endOf(webSocket: WebSocket): Promise<SocketEnd> {
  return new Promise((resolve) => {
    let httpStatus: number | null = null;
    webSocket.on("unexpected-response", (_, response) => {
      httpStatus = response.statusCode ?? null;
      webSocket.terminate();
    });
    webSocket.on("close", (code, reason) => resolve({ code, reason: String(reason), httpStatus }));
  });
}

/** Connects, and cares only for the end; nothing is read into frames. */
export function rawSocket(apiUrl: string): { closed: Promise<SocketEnd> } {
  const webSocket = new WebSocket(`${apiUrl.replace("http", "ws")}/ws`);
  webSocket.on("error", () => {}); // the end is what the test is about
  webSocket.on("open", () => setTimeout(() => webSocket.close(), TIMEOUT_MS).unref());
  return { closed: endOf(webSocket) };
}

/** Connects and waits for the welcome. */
export async function connectSocket(
  apiUrl: string,
  headers: Record<string, string> = {},
): Promise<TestSocket> {
  const webSocket = new WebSocket(`${apiUrl.replace("http", "ws")}/ws`, { headers });
  const seen: AnyFrame[] = [];
  const untaken: AnyFrame[] = [];
  const waiting = new Set<() => void>();
  webSocket.on("error", () => {}); // a cut is what some tests are about
  webSocket.on("message", (data) => {
    const frame = JSON.parse(String(data));
    seen.push(frame);
    untaken.push(frame);
    for (const look of [...waiting]) look();
  });

  function next(type: string, matches: (frame: AnyFrame) => boolean = () => true) {
    return new Promise<AnyFrame>((resolve, reject) => {
      const look = () => {
        const at = untaken.findIndex((frame) => frame.type === type && matches(frame));
        if (at < 0) return;
        waiting.delete(look);
        clearTimeout(timer);
        resolve(untaken.splice(at, 1)[0]);
      };
      const timer = setTimeout(() => {
        waiting.delete(look);
        const had = untaken.map((frame) => frame.type).join(", ");
        reject(new Error(`no ${type} frame came; untaken: ${had}`));
      }, TIMEOUT_MS);
      waiting.add(look);
      look();
    });
  }

  const socket: TestSocket = {
    seen,
    send: (frame) => webSocket.send(typeof frame === "string" ? frame : JSON.stringify(frame)),
    next,
    closed: endOf(webSocket),
    pause: () => webSocket.pause(),
    close: () => webSocket.close(),
    terminate: () => webSocket.terminate(),
  };
  await next("welcome");
  return socket;
}
