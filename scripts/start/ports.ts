import { createServer } from "node:net";

/** A port of the exchange and the environment variable that moves it. */
export interface NamedPort {
  name: string;
  port: number;
  variable: string;
}

/** Whether nothing listens on 127.0.0.1:`port`. */
function tryListen(port: number): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", resolve);
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(null)));
  });
}

/** @throws Error with one sentence that names the first port which cannot be had, and the way out. */
export async function assertPortsFree(ports: NamedPort[]): Promise<void> {
  for (const { name, port, variable } of ports) {
    const error = await tryListen(port);
    if (!error) continue;
    const why =
      error.code === "EADDRINUSE"
        ? "is taken by another process"
        : error.code === "EACCES"
          ? "may not be used by this user"
          : `cannot be used (${error.code})`;
    throw new Error(`Port ${port} (${name}) ${why}: free it, or choose another with ${variable}.`);
  }
}

/** A port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") return reject(new Error("no port"));
      server.close(() => resolve(address.port));
    });
  });
}
