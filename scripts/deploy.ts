/**
 * `npm run deploy`: deploys an exchange to RPC_URL and writes DEPLOYMENT_FILE, unless the file already
 * names an exchange that the chain knows.
 */
import { createPublicClient, http } from "viem";
import { privateKeyToAddress } from "viem/accounts";
import { z } from "zod";
import { env, loadConfig } from "../platform/config.ts";
import { readDeploymentFile, writeDeploymentFile } from "../platform/deployment-file.ts";
import { runMain } from "../platform/run-main.ts";
import { StartError } from "../platform/start-error.ts";
import type { Deployment } from "../protocol/deployment.ts";
import { deployExchange } from "./deploy-exchange.ts";

const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, "must be an address: 0x and 40 hex digits")
  .transform((text) => text as `0x${string}`);

const schema = z
  .object({
    RPC_URL: env.rpcUrl,
    DEPLOYMENT_FILE: env.deploymentFile,
    DEPLOYER_PRIVATE_KEY: env.privateKey,
    /** The deployer when absent. */
    OPERATOR_ADDRESS: address.optional(),
    /** A dev token is deployed when absent. */
    COLLATERAL_ADDRESS: address.optional(),
    // Beyond four days the optimistic resolver has no window between an exit and a void.
    EXIT_DELAY_SECONDS: env.integer(1, 345_600, 3600),
    SETTLEMENT_GRACE_SECONDS: env.integer(1, 864_000, 1200),
    ADMIN_DELAY_SECONDS: env.integer(1, 2_592_000, 172_800),
  })
  // What the contract's constructor demands, said before anything is deployed.
  .refine((config) => 3 * config.SETTLEMENT_GRACE_SECONDS >= config.EXIT_DELAY_SECONDS, {
    path: ["SETTLEMENT_GRACE_SECONDS"],
    message: "must be at least a third of EXIT_DELAY_SECONDS",
  });

/** The deployment that the file names, if its exchange stands on the chain at `rpcUrl`. */
async function standingDeployment(file: string, rpcUrl: string): Promise<Deployment | null> {
  let deployment: Deployment;
  try {
    deployment = await readDeploymentFile(file);
  } catch (error) {
    if (error instanceof StartError && error.code === "deployment_missing") return null;
    throw error;
  }
  const client = createPublicClient({ transport: http(rpcUrl) });
  const [chainId, code] = await Promise.all([
    client.getChainId(),
    client.getCode({ address: deployment.exchange }),
  ]);
  return chainId === deployment.chainId && code !== undefined ? deployment : null;
}

async function main(): Promise<void> {
  const config = loadConfig(schema);
  const { RPC_URL: rpcUrl, DEPLOYMENT_FILE: file } = config;
  const standing = await standingDeployment(file, rpcUrl);
  if (standing) {
    console.log(`The exchange of ${file} stands at ${standing.exchange}; nothing to deploy.`);
    return;
  }
  const deployment = await deployExchange({
    rpcUrl,
    deployerKey: config.DEPLOYER_PRIVATE_KEY,
    operator: config.OPERATOR_ADDRESS ?? privateKeyToAddress(config.DEPLOYER_PRIVATE_KEY),
    exitDelaySeconds: config.EXIT_DELAY_SECONDS,
    settlementGraceSeconds: config.SETTLEMENT_GRACE_SECONDS,
    collateral: config.COLLATERAL_ADDRESS,
    adminDelaySeconds: config.ADMIN_DELAY_SECONDS,
  });
  await writeDeploymentFile(file, deployment);
  console.log(`Deployed the exchange at ${deployment.exchange}; wrote ${file}.`);
}

await runMain(main);
