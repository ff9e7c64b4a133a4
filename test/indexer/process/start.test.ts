import assert from "node:assert/strict";
import { createServer } from "node:net";
import { after, before, describe, it } from "mocha";
import { loadIndexerConfig } from "../../../indexer/config.ts";
import { INDEXER_FOLDER } from "../../../indexer/process/ponder-process.ts";
import { schemaName } from "../../../indexer/process/schema-name.ts";
import { IndexerError } from "../../../indexer/start-error.ts";
import type { Deployment } from "../../../protocol/deployment.ts";
import { startTestChain, type TestChain } from "../../offchain-engine/chain/test-chain.ts";
import { emittedDeployment } from "../support/emitted-exchange.ts";
import {
  type IndexWorld,
  runIndexerToItsEnd,
  startIndexer,
  startIndexWorld,
  writeDeployment,
} from "../support/index-world.ts";

describe("the indexer's config", () => {
  it("names each wrong variable, and never its value", () => {
    const environment = { DATABASE_URL: "mysql://secret@host", INDEXER_PORT: "no" };
    assert.throws(
      () => loadIndexerConfig(environment),
      (error: unknown) => {
        assert.ok(error instanceof IndexerError);
        assert.equal(error.code, "config_invalid");
        assert.equal(error.message.split("\n").length, 3);
        assert.ok(!error.message.includes("secret"));
        return true;
      },
    );
  });

  it("takes an empty variable for an absent one", () => {
    const config = loadIndexerConfig({
      DATABASE_URL: "postgresql://a:b@localhost:5432/agon",
      RPC_URL: "http://127.0.0.1:8545",
      INDEXER_PORT: "",
    });
    assert.equal(config.port, 42_069);
    assert.equal(config.host, "127.0.0.1");
  });
});

describe("the indexer's schema", () => {
  const deployment = { deployBlockHash: `0xABCDEF01${"0".repeat(56)}`, exchange: "0x1" };

  it("is the same for one deployment, and another for another", () => {
    const name = schemaName(deployment as Deployment, INDEXER_FOLDER);
    assert.match(name, /^chain_abcdef01_[0-9a-f]{8}$/);
    assert.equal(schemaName(deployment as Deployment, INDEXER_FOLDER), name);
    const moved = { ...deployment, exchange: "0x2" } as unknown as Deployment;
    assert.notEqual(schemaName(moved, INDEXER_FOLDER), name);
  });
});

describe("an indexer that cannot start", function () {
  this.timeout(60_000);
  let world: IndexWorld;
  let chain: TestChain;
  let deployment: Deployment;
  let deploymentFile: string;

  before(async () => {
    [world, chain] = await Promise.all([startIndexWorld(), startTestChain()]);
    deployment = await emittedDeployment(chain);
    deploymentFile = writeDeployment(world, deployment);
  });

  after(async () => {
    await chain?.stop();
    await world?.stop();
  });

  /** Ends with exit code 1, one line and its code in brackets. */
  async function endsWith(
    code: string,
    over: { deploymentFile?: string; [name: string]: unknown },
  ) {
    const { databaseUrl } = world;
    const options = { databaseUrl, rpcUrl: chain.rpcUrl, deploymentFile, ...over };
    const end = await runIndexerToItsEnd(options);
    assert.equal(end.code, 1);
    assert.equal(end.said.trim().split("\n").length, 1);
    assert.ok(end.said.includes(`[${code}]`), end.said);
  }

  it("says that no deployment is there", () =>
    endsWith("deployment_missing", { deploymentFile: `${deploymentFile}.not` }));

  it("says that the file describes none", () => {
    const broken = writeDeployment(world, { chainId: 1 } as Deployment, "broken");
    return endsWith("deployment_invalid", { deploymentFile: broken });
  });

  it("says that no chain answers", () =>
    endsWith("chain_unreachable", { rpcUrl: "http://127.0.0.1:1" }));

  it("says that the chain is another", () => {
    const other = { ...deployment, deployBlockHash: `0x${"77".repeat(32)}` } as const;
    return endsWith("chain_mismatch", { deploymentFile: writeDeployment(world, other, "other") });
  });

  it("says that no database answers", () =>
    endsWith("database_unreachable", { databaseUrl: "postgresql://a:b@127.0.0.1:1/agon" }));

  it("says that its port is taken", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    await endsWith("port_taken", { port });
    await new Promise((resolve) => server.close(resolve));
  });

  it("says that another indexer writes the database", async () => {
    const { databaseUrl } = world;
    const first = await startIndexer({ databaseUrl, rpcUrl: chain.rpcUrl, deploymentFile });
    await endsWith("index_locked", {});
    await first.stop();
  });
});
