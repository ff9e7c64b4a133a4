import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const CLIENTS = fileURLToPath(new URL("./fan-out-clients.ts", import.meta.url));

/** Clients in another process, which count the messages of one kind that reach them. */
export interface CountingClients {
  /** How many messages all of them together have had. */
  received(): number;
  /** Resolves once they have had so many. @throws when the clients end before */
  until(received: number): Promise<void>;
  stop(): void;
}

/** Connects `count` clients, each of which sends `frame` first unless that is empty. */
export async function startCountingClients(
  port: number,
  options: { count: number; type: string; frame: string },
): Promise<CountingClients> {
  const { count, type, frame } = options;
  const child: ChildProcess = fork(CLIENTS, [String(port), String(count), type, frame]);
  let received = 0;
  let wake = Promise.withResolvers<void>();
  const open = Promise.withResolvers<void>();
  child.on("message", (message) => {
    if (typeof message !== "number") return open.resolve();
    received = message;
    wake.resolve();
    wake = Promise.withResolvers<void>();
  });
  const ended = new Promise<never>((_, reject) => {
    child.once("exit", (code) => reject(new Error(`the clients ended with code ${code}`)));
  });
  ended.catch(() => {}); // awaited wherever it matters
  await Promise.race([open.promise, ended]);
  return {
    received: () => received,
    async until(wanted) {
      while (received < wanted) await Promise.race([wake.promise, ended]);
    },
    stop: () => {
      if (child.connected) child.disconnect();
    },
  };
}
