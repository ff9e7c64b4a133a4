/** A Hardhat chain with JSON-RPC and WebSocket at CHAIN_HOST:CHAIN_PORT, until it is told to stop. */
import { network } from "hardhat";

const host = process.env["CHAIN_HOST"] ?? "127.0.0.1";
const port = Number(process.env["CHAIN_PORT"] ?? 8545);

const server = await network.createServer("node", host, port);
const address = await server.listen();
console.log(`chain ready at http://${address.address}:${address.port}`);
process.send?.({ ready: true, port: address.port });

async function stop() {
  await server.close();
  process.exit(0);
}
process.once("SIGINT", stop);
process.once("SIGTERM", stop);
// A parent that died without a word takes its chain with it.
process.once("disconnect", stop);
