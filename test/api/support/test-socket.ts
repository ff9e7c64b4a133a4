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
  pause(): void;
  close(): void;
  terminate(): void;
}

const TIMEOUT_MS = 5000;

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
    pause: () => webSocket.pause(),
    close: () => webSocket.close(),
    terminate: () => webSocket.terminate(),
  };
  await next("welcome");
  return socket;
}
