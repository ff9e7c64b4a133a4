import { encodeFunctionData, size } from "viem";
import { exchangeAbi } from "../../../protocol/abi/exchange.ts";
import type { SignedOrder } from "../../../protocol/order.ts";
import { type BatchFill, encodeBatch } from "../../../protocol/settlement/batch.ts";
import { type Actor, actor } from "../support/actor.ts";
import { ExchangeFixture } from "../support/exchange-fixture.ts";

const MAKERS = 20;
/** 20 shares. */
const LOTS = 2000;
const YES_PRICE = 500;

/** The four ways for a taker to meet makers, as (outcome, side) of each. */
const KINDS = {
  comp: { taker: { outcome: 1, side: 0 }, maker: { outcome: 1, side: 1 } },
  mint: { taker: { outcome: 1, side: 0 }, maker: { outcome: 0, side: 0 } },
  merge: { taker: { outcome: 1, side: 1 }, maker: { outcome: 0, side: 1 } },
} as const;
type Kind = keyof typeof KINDS;

export interface GasOfBatch {
  gas: number;
  calldataBytes: number;
}

/**
 * The yardstick's actors: a taker and 20 makers who all hold cash and both outcomes, balances far from
 * zero; two markets, the second with a fee. Lanes are in use unless a scenario says fresh.
 */
export class GasBench {
  readonly #x: ExchangeFixture;
  readonly #taker: Actor;
  readonly #makers: readonly Actor[];
  readonly #feeMarket: number;

  private constructor(x: ExchangeFixture, feeMarket: number) {
    this.#x = x;
    this.#feeMarket = feeMarket;
    this.#taker = actor("gas taker");
    this.#makers = Array.from({ length: MAKERS }, (_, i) => actor(`gas maker ${i}`));
  }

  static async open(): Promise<GasBench> {
    const x = await ExchangeFixture.deploy();
    await x.createMarket();
    const bench = new GasBench(x, await x.createMarket({ takerFeeBps: 100 }));
    for (const owner of [bench.#taker, ...bench.#makers]) {
      await x.fund(owner, 10_000_000_000n);
      for (const marketId of [1, bench.#feeMarket]) await x.fundShares(owner, marketId, 1_000_000);
    }
    await bench.#useLanes();
    return bench;
  }

  close(): Promise<void> {
    return this.#x.chain.close();
  }

  /** One taker against `makers` makers. `fillParts`: of each order, which tenths each batch fills; the last is measured. */
  async oneTaker(
    kind: Kind,
    makers: number,
    options: {
      fillTenths?: number[];
      freshLanes?: boolean;
      fee?: boolean;
      oneMaker?: boolean;
    } = {},
  ): Promise<GasOfBatch> {
    const { fillTenths = [10], freshLanes = false, fee = false, oneMaker = false } = options;
    const marketId = fee ? this.#feeMarket : 1;
    const nonce = freshLanes ? 8000n : 1n;
    const terms = { marketId, price: YES_PRICE, timeInForce: 0 } as const;
    const taker = { ...terms, ...KINDS[kind].taker, quantity: LOTS * makers, nonce };
    const orders = [await this.#x.order(this.#taker, taker)];
    for (let i = 0; i < makers; i++) {
      const owner = this.#makers[oneMaker ? 0 : i] as Actor;
      // Nonces 0 and 7 of each lane are the ones that put it to use.
      const makerNonce = oneMaker ? nonce + BigInt(Math.floor(i / 6) * 8 + (i % 6)) : nonce;
      const maker = { ...terms, ...KINDS[kind].maker, quantity: LOTS, nonce: makerNonce };
      orders.push(await this.#x.order(owner, maker));
    }
    let measured: GasOfBatch = { gas: 0, calldataBytes: 0 };
    await this.#reverting(async () => {
      for (const tenths of fillTenths) {
        const quantityLots = (LOTS * tenths) / 10;
        const fills = orders.slice(1).map((_, i) => ({
          takerIndex: 0,
          makerIndex: i + 1,
          quantityLots,
          yesPriceTicks: YES_PRICE,
        }));
        measured = await this.#settle(orders, fills);
      }
    });
    return measured;
  }

  /** Ten unrelated matches of one taker and one maker each, in one batch; gas of one of them. */
  async tenPairs(): Promise<number> {
    const orders: SignedOrder[] = [];
    const fills: BatchFill[] = [];
    for (let i = 0; i < 10; i++) {
      const terms = { price: YES_PRICE, quantity: LOTS, nonce: 1n } as const;
      orders.push(
        await this.#x.order(this.#makers[i * 2] as Actor, { ...terms, ...KINDS.comp.taker }),
      );
      orders.push(
        await this.#x.order(this.#makers[i * 2 + 1] as Actor, { ...terms, ...KINDS.comp.maker }),
      );
      fills.push({
        takerIndex: i * 2,
        makerIndex: i * 2 + 1,
        quantityLots: LOTS,
        yesPriceTicks: YES_PRICE,
      });
    }
    let gas = 0;
    await this.#reverting(async () => {
      gas = Math.ceil((await this.#settle(orders, fills)).gas / 10);
    });
    return gas;
  }

  /** Gas of the exchange's other calls, in the state that a user meets again and again. */
  async userCalls(): Promise<Record<string, number>> {
    const x = this.#x;
    const user = this.#taker;
    const gas: Record<string, number> = {};
    await this.#reverting(async () => {
      const spend = async (name: string, call: ReturnType<typeof x.write>) => {
        gas[name] = Number((await call).gasUsed);
      };
      await x.faucet(user, 1_000_000_000n);
      await x.approve(user, 1_000_000_000n);
      await spend("deposit", x.write(user, "deposit", [user.address, 1_000_000n]));
      await spend("split", x.write(user, "split", [1n, 100n]));
      await spend("request_withdrawal", x.write(user, "requestWithdrawal", [1_000_000n]));
      await spend("request_export", x.write(user, "requestExport", [1n, 1, 100n]));
      await spend("raise_cancel_floor", x.write(user, "raiseCancelFloor", [1n]));
      await spend("request_cancel", x.write(user, "requestCancel", [[1n]]));
      await spend("add_delegate", x.write(user, "addDelegate", [x.bob.address]));
      await x.chain.travelTo((await x.chain.now()) + 3600);
      await spend("withdraw", x.write(user, "executeWithdrawal", [user.address]));
      await spend("export", x.write(user, "executeExport", [user.address, 1n, 1]));
      await spend("import", x.write(user, "importShares", [1n, 1, 50n]));
      await spend("finalize_cancel", x.write(user, "finalizeCancel", [user.address, [1n]]));
      await x.resolveMarket(1, 1000);
      await spend("redeem", x.write(user, "redeem", [user.address, 1n]));
      await spend("redeem_tokens", x.write(user, "redeemTokens", [1n]));
    });
    return gas;
  }

  async #settle(orders: SignedOrder[], fills: BatchFill[]): Promise<GasOfBatch> {
    const batch = encodeBatch(await this.#x.batch(orders, fills));
    const calldata = encodeFunctionData({
      abi: exchangeAbi,
      functionName: "settle",
      args: [batch],
    });
    const { receipt, settled } = await this.#x.settleBytes(batch);
    if (settled !== fills.length) throw new Error(`${settled} of ${fills.length} fills settled`);
    return { gas: Number(receipt.gasUsed), calldataBytes: size(calldata) };
  }

  /** Every actor has filled an order of nonce 0, so that the lanes of nonces 0 … 31 are in use. */
  async #useLanes(): Promise<void> {
    const all = [this.#taker, ...this.#makers];
    for (const nonce of [0n, 8n, 16n, 24n]) {
      const orders: SignedOrder[] = [];
      const fills: BatchFill[] = [];
      for (const [i, owner] of all.entries()) {
        const other = all[(i + 1) % all.length] as Actor;
        const at = orders.push(
          await this.#x.order(owner, { nonce, quantity: 10, ...KINDS.comp.taker }),
          await this.#x.order(other, { nonce: nonce + 7n, quantity: 10, ...KINDS.comp.maker }),
        );
        fills.push({
          takerIndex: at - 2,
          makerIndex: at - 1,
          quantityLots: 10,
          yesPriceTicks: YES_PRICE,
        });
      }
      await this.#settle(orders, fills);
    }
  }

  async #reverting(run: () => Promise<void>): Promise<void> {
    const id = await this.#x.chain.snapshot();
    await run();
    await this.#x.chain.revert(id);
  }
}

/** Every figure that is watched, by its name. */
export async function measureGas(): Promise<Record<string, number>> {
  const bench = await GasBench.open();
  try {
    const partial = [4, 4];
    const comp20 = await bench.oneTaker("comp", 20);
    return {
      comp_1x1_first: (await bench.oneTaker("comp", 1)).gas,
      comp_1x1_second: (await bench.oneTaker("comp", 1, { fillTenths: partial })).gas,
      comp_1x5_first: (await bench.oneTaker("comp", 5)).gas,
      comp_1x20_first: comp20.gas,
      comp_1x20_second: (await bench.oneTaker("comp", 20, { fillTenths: partial })).gas,
      comp_1x20_one_maker: (await bench.oneTaker("comp", 20, { oneMaker: true })).gas,
      comp_1x1_fee: (await bench.oneTaker("comp", 1, { fee: true })).gas,
      mint_1x1_first: (await bench.oneTaker("mint", 1)).gas,
      mint_1x20_first: (await bench.oneTaker("mint", 20)).gas,
      merge_1x1_first: (await bench.oneTaker("merge", 1)).gas,
      merge_1x20_first: (await bench.oneTaker("merge", 20)).gas,
      ten_pairs_per_match: await bench.tenPairs(),
      calldata_1x20_bytes: comp20.calldataBytes,
      fresh_lane_1x1: (await bench.oneTaker("comp", 1, { freshLanes: true })).gas,
      fresh_lane_1x20: (await bench.oneTaker("comp", 20, { freshLanes: true })).gas,
      ...(await bench.userCalls()),
    };
  } finally {
    await bench.close();
  }
}
