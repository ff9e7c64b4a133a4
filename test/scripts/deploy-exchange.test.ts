import assert from "node:assert/strict";
import { network } from "hardhat";
import { after, before, describe, it } from "mocha";
import { createPublicClient, http } from "viem";
import { exchangeAbi } from "../../protocol/abi/exchange.ts";
import { exchangeRolesAbi } from "../../protocol/abi/exchange-roles.ts";
import { type Deployment, deploymentSchema } from "../../protocol/deployment.ts";
import { deployExchange } from "../../scripts/deploy-exchange.ts";
import { DEV_ACCOUNTS } from "../../scripts/start/dev-accounts.ts";

describe("deployExchange", () => {
  let rpcUrl: string;
  let close: () => Promise<void>;
  let deployment: Deployment;
  before(async () => {
    const server = await network.createServer("node", "127.0.0.1", 0);
    const { port } = await server.listen();
    close = () => server.close();
    rpcUrl = `http://127.0.0.1:${port}`;
    deployment = await deployExchange({
      rpcUrl,
      deployerKey: DEV_ACCOUNTS.admin.privateKey,
      operator: DEV_ACCOUNTS.operator.address,
      exitDelaySeconds: 60,
      settlementGraceSeconds: 20,
    });
  });
  after(() => close());

  it("tells where everything lies, in the shape of a deployment", async () => {
    assert.deepEqual(deploymentSchema.parse(deployment), deployment);
    const client = createPublicClient({ transport: http(rpcUrl) });
    const block = await client.getBlock({ blockNumber: BigInt(deployment.deployBlock) });
    assert.equal(block.hash, deployment.deployBlockHash);
    const contracts = [
      deployment.exchange,
      deployment.outcomeTokens,
      deployment.collateral,
      deployment.priceFeedResolver,
      deployment.optimisticResolver,
      deployment.roles,
      ...Object.values(deployment.priceFeeds),
    ];
    assert.deepEqual(Object.keys(deployment.priceFeeds), ["ETH", "BTC"]);
    for (const address of contracts) assert.ok(await client.getCode({ address }), address);
  });

  it("sets up the exchange as it was told", async () => {
    const client = createPublicClient({ transport: http(rpcUrl) });
    const contract = { address: deployment.exchange, abi: exchangeAbi } as const;
    const read = (functionName: "operator" | "collateral" | "EXIT_DELAY" | "SETTLEMENT_GRACE") =>
      client.readContract({ ...contract, functionName });
    assert.equal(await read("operator"), DEV_ACCOUNTS.operator.address);
    assert.equal(await read("collateral"), deployment.collateral);
    assert.equal(await read("EXIT_DELAY"), 60);
    assert.equal(await read("SETTLEMENT_GRACE"), 20);
  });

  it("lets a handover of the admin wait for two days unless told otherwise", async () => {
    const client = createPublicClient({ transport: http(rpcUrl) });
    const roles = { address: deployment.roles, abi: exchangeRolesAbi } as const;
    const delay = await client.readContract({ ...roles, functionName: "defaultAdminDelay" });
    assert.equal(delay, 172_800);
  });
});
