import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** One address before several servers. */
export interface ConnectionSpreader {
  port: number;
  stop(): Promise<void>;
}

/** Gives each connection to the next server in turn, past those that refuse it: as a load balancer does. */
export async function spreadConnections(ports: readonly number[]): Promise<ConnectionSpreader> {
  const sockets = new Set<Socket>();
  let turn = 0;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  };

  function join(client: Socket, candidates: readonly number[]): void {
    const [port, ...others] = candidates;
    if (port === undefined || client.destroyed) return void client.destroy();
    const target = connect(port, "127.0.0.1");
    let isConnected = false;
    keep(target);
    target.once("connect", () => {
      isConnected = true;
      client.pipe(target).pipe(client);
      client.on("close", () => target.destroy());
    });
    target.on("close", () => {
      if (isConnected) client.destroy();
      else join(client, others);
    });
  }

  const server = createServer((client) => {
    keep(client);
    const first = turn++ % ports.length;
    join(client, [...ports.slice(first), ...ports.slice(0, first)]);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
