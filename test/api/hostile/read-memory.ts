import { readFileSync } from "node:fs";
import { WebSocket } from "ws";
import { eventually } from "../support/eventually.ts";

/** Lets a process take the inspector's port where it likes, once it is asked for one. */
export const INSPECTABLE = { NODE_OPTIONS: "--inspect-port=127.0.0.1:0" };

/** What is left in a process when all garbage is taken, and what the system gave it. */
export interface Memory {
  heapMiB: number;
  rssMiB: number;
}

/** Opens the inspector of the process `pid`, which writes where it is to `logPath`. */
export async function openInspector(pid: number, logPath: string): Promise<Inspector> {
  process.kill(pid, "SIGUSR1");
  let url: string | undefined;
  await eventually(() => {
    url = /Debugger listening on (ws:\S+)/.exec(readFileSync(logPath, "utf8"))?.[1];
    return url !== undefined;
  });
  const socket = new WebSocket(url as string, { perMessageDeflate: false });
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  return new Inspector(socket);
}

/** The part of a V8 inspector that tells of memory. */
export class Inspector {
  readonly #socket: WebSocket;
  #next = 1;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("error", () => {}); // whoever asks next is told
  }

  /** Collects all garbage first. */
  async memory(): Promise<Memory> {
    await this.#ask("HeapProfiler.collectGarbage", {});
    const expression = "JSON.stringify(process.memoryUsage())";
    const { result } = (await this.#ask("Runtime.evaluate", { expression })) as {
      result: { value: string };
    };
    const { heapUsed, arrayBuffers, rss } = JSON.parse(result.value);
    return { heapMiB: (heapUsed + arrayBuffers) / 2 ** 20, rssMiB: rss / 2 ** 20 };
  }

  close(): void {
    this.#socket.terminate();
  }

  #ask(method: string, params: object): Promise<unknown> {
    const id = this.#next++;
    const socket = this.#socket;
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        socket.off("message", onMessage);
        socket.off("close", onClose);
        act();
      };
      const onMessage = (data: unknown) => {
        const reply = JSON.parse(String(data));
        if (reply.id === id) settle(() => resolve(reply.result));
      };
      const onClose = () => settle(() => reject(new Error("the inspected process is gone")));
      socket.on("message", onMessage);
      socket.on("close", onClose);
      if (socket.readyState !== WebSocket.OPEN) return onClose();
      socket.send(JSON.stringify({ id, method, params }));
    });
  }
}
