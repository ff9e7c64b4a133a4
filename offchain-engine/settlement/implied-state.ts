import type { Address, Hex } from "viem";
import type { Deployment } from "../../protocol/deployment.ts";
import type { Order, SignedOrder } from "../../protocol/order.ts";
import {
  accountSlot,
  holdingSlot,
  hotStateSlot,
  laneSlot,
  marketSlot,
  NONCES_PER_LANE,
  packAccount,
  packHolding,
  packHotState,
  packLane,
  packMarket,
  unpackAccount,
  unpackHotState,
  unpackLane,
  unpackMarket,
} from "../../protocol/settlement/storage-layout.ts";
import type { ChainClient } from "../chain/client.ts";
import type { Core } from "../edge/core.ts";

/** The engine's settled mirror, in which simulated batches count as settled. */
export type SettledMirror = Pick<
  Core,
  "status" | "settledAccount" | "settledLaneLots" | "simulatedMintedLots"
>;

/** The exchange as it would stand had every simulated batch been sent: the slots that one batch touches. */
export interface ImpliedState {
  operator: Address;
  blockNumber: bigint;
  slots: { slot: Hex; value: Hex }[];
}

/** A filled quantity of 2³²−1 marks an order that its maker has finally cancelled on chain. */
const CANCELLED_LOTS = 0xffff_ffff;
const STATUS_PROPOSED = 2;

/** A slot, and what the mirror makes of its value on the chain. */
interface Implied {
  slot: Hex;
  imply(onChain: Hex): Hex;
}

/**
 * Takes what the mirror says of a batch's accounts, shares, filled quantities and markets, and keeps what only
 * the chain knows (cancel floors, cancelled orders, statuses, the operator), at the same block.
 * @throws viem's errors when the chain does not answer.
 */
export async function readImpliedState(parameters: {
  client: ChainClient;
  deployment: Deployment;
  mirror: SettledMirror;
  /** The last block up to which the engine has taken everything. */
  head: number;
  orders: readonly SignedOrder[];
}): Promise<ImpliedState> {
  const { client, deployment, mirror, head } = parameters;
  const orders = parameters.orders.map(({ order }) => order);
  // All of the mirror is read in this turn of the event loop, so that it belongs to one block.
  const blockNumber = BigInt(Math.max(head, mirror.status.lastBlock));
  const { lastBatchId } = mirror.status;
  const minted = new Map(
    orders.map(({ marketId }) => [marketId, BigInt(mirror.simulatedMintedLots(marketId))]),
  );
  const implied = [
    ...orders.flatMap((order) => [accountOf(order, mirror), holdingOf(order, mirror)]),
    ...lanesOf(orders, mirror),
  ];
  const read = async (slot: Hex) =>
    (await client.getStorageAt({ address: deployment.exchange, slot, blockNumber })) ?? "0x0";

  const [hot, markets, values] = await Promise.all([
    read(hotStateSlot()),
    Promise.all([...minted.keys()].map((marketId) => read(marketSlot(marketId)))),
    Promise.all(implied.map(({ slot }) => read(slot))),
  ]);
  const slots = new Map(
    implied.map(({ slot, imply }, index) => [slot, imply(values[index] as Hex)]),
  );
  const hotState = unpackHotState(hot);
  for (const [index, [marketId, pairs]] of [...minted].entries()) {
    const market = unpackMarket(markets[index] as Hex);
    // Resolved markets count no open interest any more, and settle nothing.
    if (market.status > STATUS_PROPOSED) continue;
    market.openInterestLots = atLeastNone(market.openInterestLots + pairs);
    hotState.openInterestLots = atLeastNone(hotState.openInterestLots + pairs);
    slots.set(marketSlot(marketId), packMarket(market));
  }
  slots.set(hotStateSlot(), packHotState({ ...hotState, lastBatchId: BigInt(lastBatchId) }));
  return {
    operator: hotState.operator,
    blockNumber,
    slots: [...slots].map(([slot, value]) => ({ slot, value })),
  };
}

/**
 * The chain holds no less than nothing. The mirror may, once the chain has lost what simulated batches spent: the
 * debt shows as an empty word, and the exchange skips the fills that need what is not there.
 */
function atLeastNone(amount: bigint): bigint {
  return amount < 0n ? 0n : amount;
}

function accountOf({ maker }: Order, mirror: SettledMirror): Implied {
  const cashMicro = atLeastNone(BigInt(mirror.settledAccount(maker)?.cashMicro ?? 0));
  return {
    slot: accountSlot(maker),
    imply: (onChain) => packAccount({ ...unpackAccount(onChain), cashMicro }),
  };
}

function holdingOf({ maker, marketId }: Order, mirror: SettledMirror): Implied {
  const holdings = mirror.settledAccount(maker)?.holdings ?? [];
  const held = holdings.find((holding) => holding.marketId === marketId);
  const shares = {
    yesLots: atLeastNone(BigInt(held?.yesLots ?? 0)),
    noLots: atLeastNone(BigInt(held?.noLots ?? 0)),
  };
  return { slot: holdingSlot(maker, marketId), imply: () => packHolding(shares) };
}

/** Orders whose nonces share a lane share its slot. */
function lanesOf(orders: readonly Order[], mirror: SettledMirror): Implied[] {
  const lanes = new Map<Hex, { index: number; lots: number }[]>();
  for (const { maker, nonce } of orders) {
    const slot = laneSlot(maker, nonce);
    const lots = mirror.settledLaneLots(maker, nonce.toString());
    const filled = lanes.get(slot) ?? [];
    filled.push({ index: Number(nonce % NONCES_PER_LANE), lots });
    lanes.set(slot, filled);
  }
  return [...lanes].map(([slot, filled]) => ({
    slot,
    imply(onChain) {
      const lane = unpackLane(onChain);
      for (const { index, lots } of filled) if (lane[index] !== CANCELLED_LOTS) lane[index] = lots;
      return packLane(lane);
    },
  }));
}
