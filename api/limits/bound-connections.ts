import type { Server } from "node:http";
import type { Socket } from "node:net";
import { endWithProblem } from "../http/raw-problem.ts";
import { AddressCounts } from "./address-counts.ts";
import { clientNetwork } from "./client-address.ts";

/** Ends the sockets of an address above its bound with `too_many_connections`; null: no bound. */
export function boundConnections(server: Server, perAddressMax: number | null): void {
  if (perAddressMax === null) return;
  const counts = new AddressCounts();
  server.on("connection", (socket: Socket) => {
    const network = clientNetwork(socket.remoteAddress ?? "");
    const count = counts.add(network);
    socket.once("close", () => counts.remove(network));
    if (count > perAddressMax) endWithProblem(socket, "too_many_connections");
  });
}
