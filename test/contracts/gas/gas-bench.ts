import assert from "node:assert/strict";
import { encodeFunctionData, type Hex, keccak256, size, stringToHex } from "viem";
import { exchangeAbi } from "../../../protocol/abi/exchange.ts";
import type { Order, SignedOrder } from "../../../protocol/order.ts";
import { type BatchFill, encodeBatch } from "../../../protocol/settlement/batch.ts";
import { laneSlot, unpackLane } from "../../../protocol/settlement/storage-layout.ts";
import { type Actor, actor } from "../support/actor.ts";
import { ExchangeFixture } from "../support/exchange-fixture.ts";

const MAKERS = 20;
/** Far from zero before and after every measured transaction. */
const CASH_MICRO = 10_000_000_000n;
const WALLET_MICRO = 1_000_000_000n;
const SHARES_LOTS = 1_000_000;
/** Eight to a lane, so four lanes of each account are in use. */
const LANES_IN_USE = 4;
/** Like an account's that has traded for a while: its bytes are not zeros, which calldata would get cheaper. */
const FIRST_COUNT = 0x1210;
/** The mark of a finally cancelled order. */
const CANCELLED = 0xffff_ffff;
const JOURNAL_SEQ = 0x01d4c3b2n;
const JOURNAL_HASH = keccak256(stringToHex("journal of the gas bench"));

export interface GasOfBatch {
  gas: number;
  calldataBytes: number;
}

/** What a measured batch must find, or the scenario is not what it says. */
export interface Expectation {
  /** Whether the accounts' lanes hold a filled order already. */
  lanesInUse: boolean;
  /** Whether the orders themselves were filled in part before. */
  filledBefore: boolean;
  /** Whether every account holds cash, YES and NO, before and after. */
  holdsAll: boolean;
  /** How many fills are skipped; 0 unless told. */
  skipped?: number;
}

/**
 * The yardstick's actors on an exchange of their own: a taker and 20 makers, each with cash and both outcomes of two
 * markets, the second with a taker fee of 1 %. Each account's first lanes are in use.
 */
export class GasBench {
  readonly x: ExchangeFixture;
  readonly taker = actor("gas taker");
  readonly makers = Array.from({ length: MAKERS }, (_, i) => actor(`gas maker ${i}`));
  readonly market = 1;
  readonly feeMarket = 2;

  private constructor(x: ExchangeFixture) {
    this.x = x;
  }

  static async open(): Promise<GasBench> {
    const x = await ExchangeFixture.deploy();
    const bench = new GasBench(x);
    await x.createMarket();
    await x.createMarket({ takerFeeBps: 100 });
    for (const owner of [bench.taker, ...bench.makers]) {
      await x.fund(owner, CASH_MICRO);
      for (const marketId of [1, 2]) await x.fundShares(owner, marketId, SHARES_LOTS);
    }
    await bench.#useLanes();
    return bench;
  }

  close(): Promise<void> {
    return this.x.chain.close();
  }

  /** Leaves the chain as it was. */
  async reverting<Result>(run: () => Promise<Result>): Promise<Result> {
    const id = await this.x.chain.snapshot();
    try {
      return await run();
    } finally {
      await this.x.chain.revert(id);
    }
  }

  /**
   * A nonce as signing sessions make them: 40 random bits, then a count. Counts 0 and 7 of each of the first four
   * lanes are filled orders, 1 … 6 are free; from 32 on the lanes are fresh.
   */
  nonce(owner: Actor, count: number): bigint {
    const prefix = BigInt(keccak256(owner.address)) >> 216n;
    return (prefix << 24n) | BigInt(FIRST_COUNT + count);
  }

  /** A signed GTC order of `owner` with the session's nonce of that count. */
  order(owner: Actor, count: number, terms: Partial<Order>, signer = owner): Promise<SignedOrder> {
    return this.x.order(owner, { nonce: this.nonce(owner, count), ...terms }, signer);
  }

  /** Collateral in a wallet, more than a scenario uses, and an allowance of as much. */
  async fillWallet(owner: Actor): Promise<void> {
    await this.x.faucet(owner, WALLET_MICRO);
    await this.x.approve(owner, WALLET_MICRO);
  }

  /** Settles a batch in a mined transaction, having asserted what it finds and leaves. */
  async settle(
    orders: SignedOrder[],
    fills: BatchFill[],
    expected: Expectation,
  ): Promise<GasOfBatch> {
    await this.#assertFound(orders, expected);
    const batch = await this.x.batch(orders, fills);
    const bytes = encodeBatch({ ...batch, journalSeq: JOURNAL_SEQ, journalHash: JOURNAL_HASH });
    const { receipt, settled } = await this.x.settleBytes(bytes);
    assert.equal(settled, fills.length - (expected.skipped ?? 0));
    if (expected.holdsAll) await this.#assertHoldAll(orders);
    return {
      gas: Number(receipt.gasUsed),
      calldataBytes: await this.#calldataBytes(bytes, receipt.transactionHash),
    };
  }

  /** Counted from the transaction as it was mined. */
  async #calldataBytes(batch: Hex, hash: Hex): Promise<number> {
    const { input } = await this.x.chain.reader.getTransaction({ hash });
    assert.equal(
      input,
      encodeFunctionData({ abi: exchangeAbi, functionName: "settle", args: [batch] }),
    );
    return size(input);
  }

  async #assertFound(orders: SignedOrder[], expected: Expectation): Promise<void> {
    if (expected.holdsAll) await this.#assertHoldAll(orders);
    for (const { order } of orders) {
      const word = await this.x.chain.reader.getStorageAt({
        address: this.x.exchange,
        slot: laneSlot(order.maker, order.nonce),
      });
      const lane = unpackLane(word ?? "0x0");
      assert.equal(
        lane.some((lots) => lots > 0),
        expected.lanesInUse,
        "lanes in use",
      );
      const filled = lane[Number(order.nonce % 8n)] ?? 0;
      if (filled === CANCELLED) continue;
      assert.equal(filled > 0, expected.filledBefore, "filled before");
    }
  }

  async #assertHoldAll(orders: SignedOrder[]): Promise<void> {
    for (const { order } of orders) {
      const cash = await this.x.read("cashOf", [order.maker]);
      const shares = await this.x.read("sharesOf", [order.maker, BigInt(order.marketId)]);
      assert.ok(cash > 0n && shares.every((lots) => lots > 0n), "holds cash and both outcomes");
    }
  }

  /** Every actor fills an order of count 0 and one of count 7 of each of its first lanes. */
  async #useLanes(): Promise<void> {
    const all = [this.taker, ...this.makers];
    for (let count = 0; count < LANES_IN_USE * 8; count += 8) {
      const orders: SignedOrder[] = [];
      const fills: BatchFill[] = [];
      for (const [i, owner] of all.entries()) {
        const other = all[(i + 1) % all.length] as Actor;
        const end = orders.push(
          await this.order(owner, count, { quantity: 10, side: 0 }),
          await this.order(other, count + 7, { quantity: 10, side: 1 }),
        );
        fills.push({
          takerIndex: end - 2,
          makerIndex: end - 1,
          quantityLots: 10,
          yesPriceTicks: 500,
        });
      }
      const { settled } = await this.x.settle(orders, fills);
      assert.equal(settled, fills.length);
    }
  }
}
