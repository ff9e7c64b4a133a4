import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, it } from "mocha";
import pg from "pg";
import { type Address, numberToHex } from "viem";
import { emission } from "../offchain-engine/chain/emitter.ts";
import { eventually } from "../offchain-engine/chain/eventually.ts";
import { startTestChain, type TestChain } from "../offchain-engine/chain/test-chain.ts";
import { EXCHANGE, emitBlock, emittedDeployment } from "./support/emitted-exchange.ts";
import {
  type IndexerProcess,
  type IndexWorld,
  startIndexer,
  startIndexWorld,
  writeDeployment,
} from "./support/index-world.ts";

const ANN: Address = `0x${"0a".repeat(20)}`;
const INSUFFICIENT_PRIVILEGE = "42501";

describe("the indexer's life", function () {
  this.timeout(60_000);
  let world: IndexWorld;
  let chain: TestChain;
  let indexer: IndexerProcess;
  let deploymentFile: string;

  before(async () => {
    [world, chain] = await Promise.all([startIndexWorld(), startTestChain()]);
    deploymentFile = writeDeployment(world, await emittedDeployment(chain));
    indexer = await start();
  });

  after(async () => {
    await indexer?.stop();
    await chain?.stop();
    await world?.stop();
  });

  const start = () => {
    const { databaseUrl } = world;
    return startIndexer({ databaseUrl, rpcUrl: chain.rpcUrl, deploymentFile });
  };

  const deposit = (amountMicro: bigint) =>
    emitBlock(chain, EXCHANGE, [emission("Deposited", { account: ANN, payer: ANN, amountMicro })]);

  async function cash() {
    const [row] = await world.rows<{ cash_micro: string }>("SELECT cash_micro FROM chain.balances");
    return row?.cash_micro;
  }

  it("lets the reader's role read every view, and write none of them", async () => {
    await world.indexed((await deposit(100n)).blockNumber);
    const reader = new pg.Client({ connectionString: world.readerUrl });
    await reader.connect();
    const views = await world.rows<{ name: string }>(
      "SELECT table_name AS name FROM information_schema.views WHERE table_schema = 'chain'",
    );
    assert.ok(views.length > 20);
    for (const { name } of views) await reader.query(`SELECT * FROM chain."${name}" LIMIT 1`);
    const { rows } = await reader.query("SELECT cash_micro FROM chain.balances");
    assert.deepEqual(rows, [{ cash_micro: "100" }]);
    const refused = [
      "UPDATE chain.balances SET cash_micro = 0",
      "DELETE FROM chain.trades",
      "INSERT INTO chain.cancels (account) VALUES ('0x')",
      "DROP VIEW chain.head",
      "CREATE TABLE chain.mine (id int)",
      `SELECT * FROM "${indexer.schema}".balances`,
      "SELECT * FROM engine.orders",
    ];
    for (const statement of refused) {
      await assert.rejects(reader.query(statement), { code: INSUFFICIENT_PRIVILEGE }, statement);
    }
    await reader.end();
  });

  it("goes on where it stopped", async () => {
    await indexer.stop();
    assert.equal(indexer.child.exitCode, 0);
    await deposit(20n);
    const { schema } = indexer;
    indexer = await start();
    assert.equal(indexer.schema, schema);
    assert.equal(await cash(), "120");
    await world.indexed((await deposit(3n)).blockNumber);
    assert.equal(await cash(), "123");
  });

  it("goes on at once after a kill, and leaves no Ponder behind", async () => {
    const killed = once(indexer.child, "exit");
    indexer.child.kill("SIGKILL");
    await killed;
    await eventually("the end of Ponder's connections", async () => {
      const [row] = await world.rows<{ count: string }>(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE $1",
        [`${indexer.schema}%`],
      );
      return row?.count === "0";
    });
    await deposit(400n);
    indexer = await start();
    assert.equal(await cash(), "523");
    // Ponder by itself waits 25 s for the lock of one that died, and warns of it.
    assert.ok(!indexer.said().includes("locked"));
  });

  it("follows a reorganisation", async () => {
    const snapshot = await chain.rpc<string>("evm_snapshot");
    await world.indexed((await deposit(1_000n)).blockNumber);
    assert.equal(await cash(), "1523");
    await chain.rpc("evm_revert", snapshot);
    await chain.rpc("evm_mine");
    const { blockNumber } = await deposit(2_000n);
    await eventually("the other branch's balance", async () => (await cash()) === "2523");
    await world.indexed(blockNumber);
    const [row] = await world.rows(
      "SELECT count(*) FROM chain.transfers WHERE amount_micro = 1000",
    );
    assert.deepEqual(row, { count: "0" });
  });

  it("ends with one sentence when the chain starts anew, and takes up the new one cleanly", async () => {
    const before = indexer.schema;
    const port = chain.port;
    const ended = once(indexer.child, "exit");
    await chain.stop();
    chain = await startTestChain(port);
    await chain.rpc("evm_setNextBlockTimestamp", numberToHex(2_000_000_000));
    const [code] = (await ended) as [number];
    assert.equal(code, 1);
    assert.match(indexer.said().trim().split("\n").at(-1) ?? "", /\[chain_mismatch\]$/);
    deploymentFile = writeDeployment(world, await emittedDeployment(chain), "second");
    await deposit(7n);
    indexer = await start();
    assert.notEqual(indexer.schema, before);
    assert.equal(await cash(), "7");
    const schemas = await world.rows<{ name: string }>(
      "SELECT nspname AS name FROM pg_namespace WHERE nspname LIKE 'chain%' ORDER BY nspname",
    );
    assert.deepEqual(
      schemas.map(({ name }) => name),
      ["chain", indexer.schema],
    );
  });
});
