import { describe } from "mocha";
import type { Address, Hex } from "viem";
import type { CoreConfig } from "../../../offchain-engine/core/limits.ts";
import { type Applied, createCore } from "../../../offchain-engine/edge/core.ts";
import type { SequencedCommand } from "../../../protocol/engine/command.ts";
import type {
  BalanceView,
  BookLevel,
  FillView,
  MarketView,
  OrderView,
  PositionView,
} from "../../../protocol/engine/view.ts";
import { createReferenceEngine } from "./reference/reference-engine.ts";

/** What both engines show of an account. */
export interface AccountState {
  balance: BalanceView;
  positions: PositionView[];
  openOrders: OrderView[];
  delegates: Address[];
}

/** What both engines show of the whole. */
export interface PublicState {
  markets: MarketView[];
  books: { marketId: number; bids: BookLevel[]; asks: BookLevel[] }[];
}

/** The part of the core's interface that the reference engine has too. */
export interface EngineUnderTest {
  apply(sequenced: SequencedCommand): Pick<Applied, "verdict">;
  account(address: Address): AccountState;
  snapshot(): PublicState;
  order(hash: Hex): { order: OrderView; fills: FillView[] } | null;
}

/** Runs one suite against the core and against the plain reference engine. */
export function describeEngines(
  title: string,
  suite: (createEngine: (config?: Partial<CoreConfig>) => EngineUnderTest) => void,
): void {
  const config = { chainId: 31337, expiryLeadMs: 0 };
  describe(title, () => {
    describe("core", () => suite((extra) => createCore({ ...config, ...extra })));
    describe("reference", () => suite((extra) => createReferenceEngine({ ...config, ...extra })));
  });
}
