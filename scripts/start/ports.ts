import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { StartError } from "../../platform/start-error.ts";

const LEAVE_TIMEOUT_MS = 4_000;
const POLL_MS = 100;

/** A port of the exchange and the environment variable that moves it. */
export interface NamedPort {
  name: string;
  port: number;
  variable: string;
}

/** Why 127.0.0.1:`port` cannot be listened on, or null. */
function tryListen(port: number): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", resolve);
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(null)));
  });
}

function reason(error: NodeJS.ErrnoException): string {
  if (error.code === "EADDRINUSE") return "is taken by another process";
  if (error.code === "EACCES") return "may not be used by this user";
  return `cannot be used (${error.code})`;
}

/** As `tryListen`, but gives the parts of an exchange that was just killed the time to leave. */
async function listenSoon(port: number): Promise<NodeJS.ErrnoException | null> {
  const deadline = Date.now() + LEAVE_TIMEOUT_MS;
  for (;;) {
    const error = await tryListen(port);
    if (error?.code !== "EADDRINUSE" || Date.now() > deadline) return error;
    await delay(POLL_MS);
  }
}

/** @throws StartError with one sentence for the first port that cannot be had, and the way out. */
export async function assertPortsFree(ports: NamedPort[]): Promise<void> {
  for (const { name, port, variable } of ports) {
    const error = await listenSoon(port);
    if (!error) continue;
    const sentence = `Port ${port} (${name}) ${reason(error)}: free it, or set ${variable} to another.`;
    throw new StartError("port_taken", sentence, { cause: error });
  }
}
