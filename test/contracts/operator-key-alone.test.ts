import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { getContractAddress, type Hex, size, slice } from "viem";
import { exchangeAbi } from "../../protocol/abi/exchange.ts";
import { ASSET_CASH, type Release } from "../../protocol/order.ts";
import { exchangeDomain, hashRelease } from "../../protocol/order-hash.ts";
import { encodeBatch } from "../../protocol/settlement/batch.ts";
import { useExchange } from "./support/exchange-fixture.ts";
import { assertRefused, errorNameOf } from "./support/refusal.ts";
import { tryEverything, wealthOf } from "./support/thief.ts";

const HEADER_AND_MARKET_BYTES = 54 + 8;
const ORDER_BYTES = 108;

/** Whoever stole the operator's key, and nothing else, tries to move the funds of others. */
describe("the operator's key alone", () => {
  const x = useExchange(async (fixture) => {
    await fixture.createMarket();
    for (const owner of [fixture.alice, fixture.bob]) {
      await fixture.fund(owner, 10_000_000n);
      await fixture.fundShares(owner, 1, 1000);
    }
  });

  function release(overrides: Partial<Release> = {}): Release {
    const { address: account } = x.alice;
    const deadline = x.startTime + 600;
    return {
      account,
      marketId: 0,
      asset: ASSET_CASH,
      amount: 400n,
      nonce: 1n,
      deadline,
      ...overrides,
    };
  }
  async function signed(terms: Release) {
    const domain = exchangeDomain(x.chain.reader.chain.id, x.exchange);
    const signature: Hex = await x.operator.sign({ hash: hashRelease(domain, terms) });
    return [{ ...terms, marketId: BigInt(terms.marketId) }, signature] as const;
  }

  it("moves nothing by any function of the exchange", async () => {
    // What anyone may do for itself passes; nothing of it touches another's funds.
    const passed = await tryEverything(x, x.operator, [x.alice, x.bob]);
    const own = [
      "addDelegate",
      "raiseCancelFloor",
      "requestCancel",
      "requestExport",
      "requestWithdrawal",
    ];
    assert.deepEqual([...passed].sort(), own);
  });

  it("moves nothing by the exchange's other code, called at that code's own address", async () => {
    // Tokens, roles and the code of its markets: what the exchange created in its constructor.
    const created = [1n, 2n, 3n].map((nonce) => getContractAddress({ from: x.exchange, nonce }));
    for (const address of created) assert.ok(await x.chain.reader.getCode({ address }), address);
    const before = await wealthOf(x, x.alice);
    for (const address of created) {
      for (const functionName of ["setOperator", "collectFees"] as const) {
        const call = { address, abi: exchangeAbi, functionName, args: [x.operator.address] };
        await assert.rejects(x.chain.write(x.operator.address, call), functionName);
      }
    }
    assert.deepEqual(await wealthOf(x, x.alice), before);
  });

  it("releases an account's funds to that account only", async () => {
    const before = [await wealthOf(x, x.alice), await wealthOf(x, x.operator)];
    for (const terms of [
      release({ amount: 10_000_000n }),
      release({ asset: 1, marketId: 1, amount: 1000n, nonce: 2n }),
      release({ asset: 0, marketId: 1, amount: 1000n, nonce: 3n }),
    ]) {
      await x.write(x.operator, "executeRelease", await signed(terms));
    }
    const after = [await wealthOf(x, x.alice), await wealthOf(x, x.operator)];
    assert.deepEqual(after, before);
    assert.equal(await x.walletOf(x.alice), 10_000_000n);
  });

  it("releases to itself nothing that it has not, nor another's by a changed account", async () => {
    const own = await signed(release({ account: x.operator.address }));
    await assertRefused(x.attempt(x.operator, "executeRelease", own), "InsufficientCash");
    const [terms, signature] = await signed(release());
    const changed = [{ ...terms, account: x.bob.address }, signature] as const;
    const attempt = x.attempt(x.operator, "executeRelease", changed);
    await assertRefused(attempt, "ReleaseSignatureInvalid");
  });

  it("replays no release, under no other nonce or amount", async () => {
    const [terms, signature] = await signed(release());
    await x.write(x.operator, "executeRelease", [terms, signature]);
    const again = x.attempt(x.operator, "executeRelease", [terms, signature]);
    await assertRefused(again, "ReleaseUsed");
    for (const change of [{ nonce: 2n }, { amount: 401n, nonce: 2n }, { deadline: 0 }]) {
      const changed = x.attempt(x.operator, "executeRelease", [{ ...terms, ...change }, signature]);
      const name = "deadline" in change ? "ReleaseExpired" : "ReleaseSignatureInvalid";
      await assertRefused(changed, name);
    }
  });

  it("passes no release as an order, and no order as a release", async () => {
    const [, signature] = await signed(release());
    const { order } = await x.order(x.alice, { side: 1 });
    const orders = [await x.order(x.bob), { order, signature }];
    const fill = { takerIndex: 0, makerIndex: 1, quantityLots: 1, yesPriceTicks: 500 };
    assert.equal((await x.settle(orders, [fill])).settled, 0);
  });

  it("buys nothing below an owner's price with orders of its own", async () => {
    await x.fund(x.operator, 1_000_000n);
    const before = [await wealthOf(x, x.alice), await wealthOf(x, x.operator)];
    const own = await x.order(x.operator, { price: 999 });
    const forged = await x.order(x.alice, { side: 1, price: 1 }, x.operator);
    const real = await x.order(x.alice, { side: 1, price: 700 });
    const fill = (makerIndex: number, yesPriceTicks: number) => ({
      takerIndex: 0,
      makerIndex,
      quantityLots: 100,
      yesPriceTicks,
    });
    const { settled } = await x.settle([own, forged, real], [fill(1, 1), fill(2, 1), fill(2, 699)]);
    assert.equal(settled, 0);
    assert.deepEqual([await wealthOf(x, x.alice), await wealthOf(x, x.operator)], before);
  });

  it("changes no byte of two signed orders without losing their fill", async () => {
    const orders = [await x.order(x.alice), await x.order(x.bob, { side: 1 })];
    const fill = { takerIndex: 0, makerIndex: 1, quantityLots: 100, yesPriceTicks: 500 };
    const bytes = encodeBatch(await x.batch(orders, [fill]));
    const outcomes = async (batch: Hex) => {
      const attempt = x.attempt(x.operator, "settle", [batch]);
      const { result } = (await attempt) as { result: Hex };
      return result;
    };
    assert.equal(await outcomes(bytes), "0x00");
    for (let i = 0; i < 2 * ORDER_BYTES; i++) {
      const at = HEADER_AND_MARKET_BYTES + i;
      const flipped = Number.parseInt(slice(bytes, at, at + 1).slice(2), 16) ^ (1 << (i % 8));
      const byte = flipped.toString(16).padStart(2, "0");
      const end = slice(bytes, at + 1, size(bytes)).slice(2);
      const found = await outcomes(`${slice(bytes, 0, at)}${byte}${end}`).catch(errorNameOf);
      assert.ok(
        found === "BatchMalformed" || (found !== "0x00" && found?.length === 4),
        `${i}: ${found}`,
      );
    }
  });

  it("names no operator, and its successor leaves it nothing to sign", async () => {
    const name = x.attempt(x.operator, "setOperator", [x.operator.address]);
    await assertRefused(name, "NotAdmin");
    const args = await signed(release());
    await x.write(x.admin, "setOperator", [x.carol.address]);
    const late = x.attempt(x.operator, "executeRelease", args);
    await assertRefused(late, "ReleaseSignatureInvalid");
    const batch = encodeBatch(await x.batch([], []));
    await assertRefused(x.attempt(x.operator, "settle", [batch]), "NotOperator");
  });
});
