import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { type Address, createPublicClient, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { exchangeAbi } from "../../protocol/abi/exchange.ts";
import { DEV_ACCOUNTS } from "../../scripts/start/dev-accounts.ts";
import { type RunningExchange, startExchange } from "../../scripts/start/exchange.ts";
import { silentProgress } from "../../scripts/start/progress.ts";
import { type FirstTrade, seedMarkets } from "../../scripts/start/seed-markets.ts";
import { type AgonClient, connect } from "../../sdk/index.ts";

const START_TIMEOUT_MS = 120_000;
const SETTLE_TIMEOUT_MS = 30_000;

describe("an exchange without an operator's key", () => {
  let folder: string;
  let exchange: RunningExchange;
  let taker: AgonClient;
  let trade: FirstTrade | null;

  before(async function start() {
    this.timeout(START_TIMEOUT_MS);
    folder = mkdtempSync(join(tmpdir(), "agon-simulated-"));
    exchange = await startExchange({
      dataDir: folder,
      postgresPort: 0,
      chainPort: 0,
      apiPort: 0,
      indexerPort: 0,
      settle: false,
      logLevel: "info",
      progress: silentProgress,
    });
    trade = await seedMarkets(exchange);
    const signer = privateKeyToAccount(DEV_ACCOUNTS.firstTaker.privateKey);
    taker = await connect(exchange.apiUrl, { signer });
    await taker.signIn();
  });

  after(async function stop() {
    this.timeout(START_TIMEOUT_MS);
    taker?.close();
    await exchange?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const chain = () => createPublicClient({ transport: http(exchange.rpcUrl) });
  const contract = () => ({ address: exchange.deployment.exchange, abi: exchangeAbi }) as const;

  async function simulatedFill(order: Parameters<AgonClient["placeOrder"]>[0]) {
    const account = taker.openAccount();
    const { order: placed } = await taker.placeOrder(order);
    const [fill] = await account.waitForSettlement(placed.hash, SETTLE_TIMEOUT_MS);
    account.close();
    assert.ok(fill);
    return fill;
  }

  it("refuses a fast withdrawal, which needs that key", async () => {
    await assert.rejects(
      taker.requestRelease({ asset: "cash", amount: "1" }),
      (error: { code: string }) => error.code === "release_unavailable",
    );
  });

  it("matches, and says `simulated` with a hash that no chain knows", async () => {
    assert.ok(trade);
    const [{ fill } = { fill: null }] = (await taker.listFills({})).items;
    assert.equal(fill?.status, "simulated");
    assert.equal(fill?.transactionHash, trade.transactionHash);
    await assert.rejects(chain().getTransaction({ hash: trade.transactionHash }));
  });

  it("lets a later fill use what an earlier simulated one bought", async () => {
    const fill = await simulatedFill({
      market: "eth-75-up",
      outcome: "YES",
      side: "SELL",
      price: "0.01",
      quantity: "10",
      timeInForce: "FAK",
    });
    assert.equal(fill.status, "simulated");
    assert.equal((await taker.getBalance()).pendingMicro, "0");
  });

  it("leaves the chain as it was: cash stays, no shares, no batch", async () => {
    const account = taker.address as Address;
    const [cash, shares, lastBatchId] = await Promise.all([
      chain().readContract({ ...contract(), functionName: "cashOf", args: [account] }),
      chain().readContract({ ...contract(), functionName: "sharesOf", args: [account, 1n] }),
      chain().readContract({ ...contract(), functionName: "lastBatchId" }),
    ]);
    assert.equal(cash, 100_000_000n);
    assert.deepEqual(shares, [0n, 0n]);
    assert.equal(lastBatchId, 0n);
  });
});
