import { WebSocket } from "ws";
import type { WebSocketConstructor } from "../../sdk/streams/web-socket-like.ts";

/** How a client's line misbehaves: means, in milliseconds, of times drawn at random. */
export interface LineFaults {
  /** Between two losses of the connection. */
  cutEveryMs: number;
  /** Between two times in which the client reads nothing. */
  lagEveryMs: number;
  /** How long it then reads nothing. */
  lagMs: number;
}

/** Counts what befell all clients' lines. */
export interface LineTroubles {
  cuts: number;
  lags: number;
}

function drawn(meanMs: number): number {
  return meanMs * (0.5 + Math.random());
}

/** A WebSocket over real TCP that is cut and stops reading now and then. */
export function faultyWebSocket(faults: LineFaults, troubles: LineTroubles): WebSocketConstructor {
  return class extends WebSocket {
    constructor(url: string) {
      super(url);
      const cut = setTimeout(() => {
        troubles.cuts += 1;
        this.terminate();
      }, drawn(faults.cutEveryMs));
      const lag = setInterval(() => {
        if (this.readyState !== WebSocket.OPEN || this.isPaused) return;
        troubles.lags += 1;
        this.pause();
        setTimeout(() => this.resume(), drawn(faults.lagMs)).unref();
      }, drawn(faults.lagEveryMs));
      this.on("error", () => {}); // a close follows
      this.on("close", () => {
        clearTimeout(cut);
        clearInterval(lag);
      });
    }
  } as unknown as WebSocketConstructor;
}
