/**
 * A Hardhat chain with JSON-RPC and WebSocket at CHAIN_HOST:CHAIN_PORT, until it is told to stop.
 * Each transaction is mined at once; CHAIN_BLOCK_INTERVAL_MS adds empty blocks, so that the chain's
 * time goes on when nobody transacts (0, the default: none).
 */
import { network } from "hardhat";
import { z } from "zod";
import { env, loadConfig } from "../platform/config.ts";
import { runMain } from "../platform/run-main.ts";

const schema = z.object({
  CHAIN_HOST: z.string().default("127.0.0.1"),
  CHAIN_PORT: env.port.default(8545),
  CHAIN_BLOCK_INTERVAL_MS: env.integer(0, 3_600_000, 0),
});

async function main(): Promise<void> {
  const config = loadConfig(schema);
  const server = await network.createServer(
    {
      network: "node",
      override: { mining: { auto: true, interval: config.CHAIN_BLOCK_INTERVAL_MS } },
    },
    config.CHAIN_HOST,
    config.CHAIN_PORT,
  );
  const address = await server.listen();
  console.log(`chain ready at http://${address.address}:${address.port}`);
  process.send?.({ ready: true, port: address.port });

  // The chain lives in memory: there is nothing to put away. And the server would wait for every connection to end,
  // which one that somebody polls over never does.
  function stop() {
    process.exit(0);
  }
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  // A parent that died without a word takes its chain with it.
  process.once("disconnect", stop);
}

await runMain(main);
