/**
 * A Hardhat chain with JSON-RPC and WebSocket at CHAIN_HOST:CHAIN_PORT, until it is told to stop.
 * Each transaction is mined at once; CHAIN_BLOCK_INTERVAL_MS adds empty blocks, so that the chain's
 * time goes on when nobody transacts (0, the default: none).
 */
import { network } from "hardhat";

const host = process.env["CHAIN_HOST"] ?? "127.0.0.1";
const port = Number(process.env["CHAIN_PORT"] ?? 8545);
const intervalMs = Number(process.env["CHAIN_BLOCK_INTERVAL_MS"] ?? 0);

const server = await network.createServer(
  { network: "node", override: { mining: { auto: true, interval: intervalMs } } },
  host,
  port,
);
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
