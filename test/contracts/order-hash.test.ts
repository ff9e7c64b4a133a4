import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { TypedDataEncoder } from "ethers";
import { describe, it } from "mocha";
import type { Address, Hex } from "viem";
import { isPostOnly, type Order } from "../../protocol/order.ts";
import { exchangeDomain, hashOrder, hashRelease, ORDER_TYPES } from "../../protocol/order-hash.ts";
import { useExchange } from "./support/exchange-fixture.ts";

interface Vectors {
  chainId: number;
  exchange: Address;
  vectors: { order: Omit<Order, "nonce"> & { nonce: string }; hash: Hex }[];
}

const file = new URL("../vectors/orders.json", import.meta.url);
const { chainId, exchange, vectors }: Vectors = JSON.parse(readFileSync(file, "utf8"));
const orders = vectors.map(({ order }): Order => ({ ...order, nonce: BigInt(order.nonce) }));
/** viem's own typed-data type spells the types mutable, as ethers does. */
const types = { Order: ORDER_TYPES.Order.map((field) => ({ ...field })) };

describe("the hash of an order", () => {
  const x = useExchange();

  it("is the shared vectors' in viem", () => {
    const hashes = orders.map((order) => hashOrder(exchangeDomain(chainId, exchange), order));
    assert.deepEqual(
      hashes,
      vectors.map(({ hash }) => hash),
    );
  });

  it("is the shared vectors' in ethers", () => {
    const domain = { name: "Agon", version: "1", chainId, verifyingContract: exchange };
    const hashes = orders.map((order) => TypedDataEncoder.hash(domain, types, order));
    assert.deepEqual(
      hashes,
      vectors.map(({ hash }) => hash),
    );
  });

  it("is the same in Solidity, viem and ethers under the exchange's own domain", async () => {
    const [, name, version, ownChainId, verifyingContract] = await x.read("eip712Domain");
    const domain = { name, version, chainId: ownChainId, verifyingContract };
    for (const order of orders) {
      const message = { ...order, marketId: BigInt(order.marketId) };
      const bySolidity = await x.read("hashOrder", [message]);
      assert.equal(x.hash(order), bySolidity);
      assert.equal(TypedDataEncoder.hash(domain, types, order), bySolidity);
    }
  });

  it("is what settlement recovers the signer from, at the edges of every field", async () => {
    await x.createMarket();
    for (const owner of [x.alice, x.bob]) {
      await x.fund(owner, 1_000_000n);
      await x.fundShares(owner, 1, 100);
    }
    const past = (order: Order) => order.expiry !== 0 && order.expiry < x.startTime;
    const settleable = orders.filter(
      (order) => order.price < 1000 && order.quantity < 0xffff_ffff && !past(order),
    );
    assert.ok(settleable.length >= 20);
    for (const [i, vector] of settleable.entries()) {
      const edge = { ...vector, maker: x.alice.address, marketId: 1 };
      // The same outcome from the other side, so that shares change hands at the edge's own price.
      const other = {
        outcome: edge.outcome,
        side: edge.side === 0 ? 1 : 0,
        price: edge.price,
      } as const;
      const nonce = edge.nonce === 1n ? BigInt(i + 100) : edge.nonce;
      const pair = [await x.order(x.alice, { ...edge, nonce }), await x.order(x.bob, other)];
      const yesPriceTicks = edge.outcome === 1 ? edge.price : 1000 - edge.price;
      const takerIndex = isPostOnly(edge.timeInForce) ? 1 : 0;
      const fill = { takerIndex, makerIndex: 1 - takerIndex, quantityLots: 1, yesPriceTicks };
      const { skipped } = await x.settle(pair, [fill]);
      assert.deepEqual([...skipped], [], `vector ${i}`);
    }
  });

  it("of a release is the same in Solidity and viem", async () => {
    const release = {
      account: x.alice.address,
      marketId: 7,
      asset: 1,
      amount: 2n ** 128n - 1n,
      nonce: 2n ** 64n - 1n,
      deadline: 2 ** 40 - 1,
    } as const;
    const own = await x.read("hashRelease", [{ ...release, marketId: 7n }]);
    assert.equal(hashRelease(exchangeDomain(x.chain.reader.chain.id, x.exchange), release), own);
  });
});
