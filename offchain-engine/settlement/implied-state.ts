import type { Address, Hex } from "viem";
import type { Deployment } from "../../protocol/deployment.ts";
import type { SignedOrder } from "../../protocol/order.ts";
import {
  accountSlotKey,
  HOT_STATE_SLOT,
  holdingSlotKey,
  laneSlotKey,
  marketSlotKey,
  packHolding,
  unpackHotState,
  unpackLane,
  unpackMarket,
  withAccountCash,
  withHotState,
  withLane,
  withMarketOpenInterest,
} from "../../protocol/settlement/storage-layout.ts";
import type { ChainClient } from "../chain/client.ts";
import type { Core } from "../core/core.ts";

/** The engine's settled mirror, in which simulated batches count as settled. */
export type SettledMirror = Pick<
  Core,
  "status" | "settledAccount" | "settledLaneLots" | "simulatedMintedLots"
>;

/** The exchange as it would stand had every simulated batch been sent: the slots that differ for a batch. */
export interface ImpliedState {
  operator: Address;
  blockNumber: bigint;
  slots: { slot: Hex; value: Hex }[];
}
