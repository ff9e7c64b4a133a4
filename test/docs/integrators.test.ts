import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "mocha";
import {
  type Address,
  createPublicClient,
  createWalletClient,
  custom,
  encodeFunctionData,
  erc20Abi,
  getContract,
  type Hex,
  parseUnits,
} from "viem";
import { hardhat } from "viem/chains";
import { exchangeAbi } from "../../protocol/abi/exchange.ts";
import { outcomeTokensAbi } from "../../protocol/abi/outcome-tokens.ts";
import type { Order } from "../../protocol/order.ts";
import { exchangeDomain, hashOrder, ORDER_TYPES, orderMessage } from "../../protocol/order-hash.ts";
import { decodeFillData } from "../../protocol/settlement/fill-data.ts";
import { skipReasonName } from "../../protocol/settlement/skip-reason.ts";
import type { Actor } from "../contracts/support/actor.ts";
import { useExchange } from "../contracts/support/exchange-fixture.ts";

const PAGE = new URL("../../docs/INTEGRATORS.md", import.meta.url);
/** Sources that the page's snippets must be part of. */
const SOURCES = {
  ts: [new URL(import.meta.url)],
  solidity: [new URL("../../contracts/examples/TradingVault.sol", import.meta.url)],
};

/** Indentation is a matter of where a snippet stands. */
function flush(text: string): string {
  return text.replace(/^[ ]+/gm, "");
}

describe("docs/INTEGRATORS.md", () => {
  const x = useExchange(async (fixture) => {
    await fixture.createMarket();
    await fixture.fundShares(fixture.carol, 1, 1000);
  });

  function clients(account: Address) {
    const transport = custom(x.chain.reader);
    return {
      client: createPublicClient({ chain: hardhat, transport, pollingInterval: 5 }),
      wallet: createWalletClient({ chain: hardhat, transport, account }),
      deployment: {
        chainId: hardhat.id,
        exchange: x.exchange,
        collateral: x.collateral,
        outcomeTokens: x.outcomeTokens,
        deployBlock: 0,
      },
    };
  }

  /** Settles an order against Carol's, who sells YES. */
  async function settle(order: Order, signature: Hex) {
    const resting = await x.order(x.carol, { side: 1 });
    const fill = { takerIndex: 0, makerIndex: 1, quantityLots: 100, yesPriceTicks: 500 };
    return x.settle([{ order, signature }, resting], [fill]);
  }

  async function deposited(payer: Actor, account: Address): Promise<void> {
    await x.faucet(payer, 100_000_000n);
    const { wallet, deployment } = clients(payer.address);
    const amountMicro = parseUnits("25", 6);
    await wallet.writeContract({
      address: deployment.collateral,
      abi: erc20Abi,
      functionName: "approve",
      args: [deployment.exchange, amountMicro],
    });
    await wallet.writeContract({
      address: deployment.exchange,
      abi: exchangeAbi,
      functionName: "deposit",
      args: [account, amountMicro],
    });
  }

  it("shows no code but what is run here or compiled", () => {
    const page = readFileSync(PAGE, "utf8");
    const snippets = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)];
    assert.ok(snippets.length > 5);
    for (const [, language = "", code = ""] of snippets) {
      const sources = SOURCES[language as keyof typeof SOURCES] ?? [];
      const found = sources.some((url) => flush(readFileSync(url, "utf8")).includes(flush(code)));
      assert.ok(found, `not run: ${language}\n${code}`);
    }
  });

  it("types the contract", async () => {
    const { client, deployment } = clients(x.alice.address);
    const exchange = getContract({ address: deployment.exchange, abi: exchangeAbi, client });
    const { closeTime, status } = await exchange.read.market([1n]);
    assert.deepEqual([closeTime > 0, status], [true, 1]);
  });

  it("deposits on behalf of another account", async () => {
    await deposited(x.alice, x.bob.address);
    assert.equal(await x.cash(x.bob), 25_000_000n);
  });

  it("lets a contract name a delegate, who signs its orders", async () => {
    const safe = await x.chain.deploy("DevCollateral", x.admin.address);
    x.holders.add(safe);
    await deposited(x.alice, safe);
    const { deployment } = clients(x.alice.address);
    const delegate = x.dave;

    const data = encodeFunctionData({
      abi: exchangeAbi,
      functionName: "addDelegate",
      args: [delegate.address],
    });
    const transaction = { to: deployment.exchange, value: 0n, data };
    await x.chain.send(safe, transaction.to, transaction.data);

    const domain = exchangeDomain(deployment.chainId, deployment.exchange);
    const order: Order = {
      maker: safe, // whose money trades: the contract, not the delegate
      marketId: 1,
      outcome: 1, // YES
      side: 0, // BUY
      price: 500, // ticks: 0.500
      quantity: 100, // lots: 1.00 share
      timeInForce: 0, // GTC
      maxFeeBps: 100, // refuses a taker fee above 1 %
      expiry: 0,
      nonce: (0x5eed_c0ffen << 24n) | 1n, // 40 random bits of the session, then a count
    };
    const signature = await delegate.signTypedData({
      domain,
      types: ORDER_TYPES,
      primaryType: "Order",
      message: orderMessage(order),
    });
    const orderHash = hashOrder(domain, order); // the order's id everywhere

    assert.equal(await x.read("hashOrder", [orderMessage(order)]), orderHash);
    assert.equal((await settle(order, signature)).settled, 1);
    assert.deepEqual(await x.read("sharesOf", [safe, 1n]), [100n, 0n]);
  });

  it("reads fills and skipped fills", async () => {
    await x.fund(x.alice, 1_000_000n);
    const { order, signature } = await x.order(x.alice, { nonce: 7n });
    await settle(order, signature);
    await settle(order, signature);
    const { client, deployment } = clients(x.alice.address);

    const events = await client.getContractEvents({
      address: deployment.exchange,
      abi: exchangeAbi,
      fromBlock: BigInt(deployment.deployBlock),
      strict: true,
    });
    const lines: string[] = [];
    for (const event of events) {
      if (event.eventName === "FillSettled") {
        const { marketId, taker, maker, data } = event.args;
        const fill = decodeFillData(data);
        const costMicro = fill.quantityLots * fill.yesPriceTicks * 10; // of the YES leg
        const values = [marketId, taker, maker, fill.takerNonce, costMicro, fill.feeMicro];
        lines.push(values.join(" "));
      }
      if (event.eventName === "FillSkipped") {
        const { batchId, fillIndex, reason } = event.args;
        lines.push(`batch ${batchId}, fill ${fillIndex}: ${skipReasonName(reason)}`);
      }
    }

    assert.deepEqual(lines, [
      `1 ${x.alice.address} ${x.carol.address} 7 500000 0`,
      "batch 2, fill 0: taker_overfilled",
    ]);
  });

  it("leaves without the operator", async () => {
    await deposited(x.alice, x.alice.address);
    const account = x.alice.address;
    const { client, wallet, deployment } = clients(account);
    const wait = () => x.travelPastExitDelay();

    const exchange = getContract({
      address: deployment.exchange,
      abi: exchangeAbi,
      client: { public: client, wallet },
    });
    await exchange.write.requestWithdrawal([await exchange.read.cashOf([account])]);
    const [amountMicro, executableAt] = await exchange.read.withdrawalOf([account]);
    await wait(); // until executableAt; by then what was matched before has settled
    await exchange.write.executeWithdrawal([account]); // anyone may; it pays the account

    assert.ok(executableAt > 0);
    assert.equal(amountMicro, 25_000_000n);
    assert.equal(await x.cash(x.alice), 0n);
    assert.equal(await x.walletOf(x.alice), 100_000_000n);
  });

  it("exports shares to tokens and knows their ids", async () => {
    const account = x.carol.address;
    const { client, wallet, deployment } = clients(account);
    const wait = () => x.travelPastExitDelay();
    const exchange = getContract({
      address: deployment.exchange,
      abi: exchangeAbi,
      client: { public: client, wallet },
    });
    const marketId = 1n;

    const YES = 1;
    await exchange.write.requestExport([marketId, YES, 100n]);
    await wait();
    await exchange.write.executeExport([account, marketId, YES]);
    const tokens = getContract({
      address: deployment.outcomeTokens,
      abi: outcomeTokensAbi,
      client,
    });
    const tokenId = (marketId << 1n) | BigInt(YES);
    const lots = await tokens.read.balanceOf([account, tokenId]); // 100 lots are one share

    assert.equal(lots, 100n);
  });
});
