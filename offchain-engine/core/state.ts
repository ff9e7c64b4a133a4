import type { Hex } from "viem";
import { Accounts } from "./accounts.ts";
import { Digest } from "./digest.ts";
import { DueHeap } from "./due-heap.ts";
import { Fills } from "./fills.ts";
import { Funds } from "./funds.ts";
import { Holdings } from "./holdings.ts";
import type { CoreLimits } from "./limits.ts";
import { Markets } from "./markets.ts";
import { OrderPool } from "./order-pool.ts";
import { Orders } from "./orders.ts";
import type { ReleaseRecord } from "./releases.ts";
import type { Batch } from "./settlement-state.ts";
import { Touched } from "./touched.ts";

/** Everything that the core knows. Changed only by commands, in their order. */
export interface CoreState {
  readonly chainId: number;
  readonly limits: CoreLimits;
  seq: number;
  timeMs: number;
  readonly accounts: Accounts;
  readonly holdings: Holdings;
  readonly markets: Markets;
  marketsSeq: number;
  readonly pool: OrderPool;
  readonly orders: Orders;
  readonly fills: Fills;
  /** By account index, micro. */
  readonly cash: Funds;
  /** By share entry, lots. */
  readonly shares: Funds;
  /** Resting orders with an expiry, by id; may still name orders that are gone. */
  readonly expiries: DueHeap;
  /** How many resting orders have an expiry. */
  expiringOrders: number;
  /** Open markets by close time. */
  readonly closings: DueHeap;
  /** Fast exits that hold funds, by account and nonce. */
  readonly releases: Map<string, ReleaseRecord>;
  tradingPaused: boolean;
  lastBlock: number;
  /** Null before the first block. */
  lastBlockHash: Hex | null;
  /** Unix seconds of the last block. */
  lastBlockTimestamp: number;
  lastBatchId: number;
  /** Batches sent and not yet settled, by id. */
  readonly batches: Map<number, Batch>;
  /** Collateral that deposits and redemptions brought, less withdrawals, micro. */
  cashInflowMicro: number;
  /** Taker fees of all fills that stand. */
  feesMicro: number;
  /** Running digest of all that has happened to orders and fills. */
  readonly history: Digest;
  readonly touched: Touched;
}

/** The state before the first command. */
export function createState(chainId: number, limits: CoreLimits): CoreState {
  const pool = new OrderPool();
  return {
    chainId,
    limits,
    seq: 0,
    timeMs: 0,
    accounts: new Accounts(),
    holdings: new Holdings(),
    markets: new Markets(pool),
    marketsSeq: 0,
    pool,
    orders: new Orders(),
    fills: new Fills(),
    cash: new Funds(),
    shares: new Funds(),
    expiries: new DueHeap(),
    expiringOrders: 0,
    closings: new DueHeap(),
    releases: new Map(),
    tradingPaused: false,
    lastBlock: 0,
    lastBlockHash: null,
    lastBlockTimestamp: 0,
    lastBatchId: 0,
    batches: new Map(),
    cashInflowMicro: 0,
    feesMicro: 0,
    history: new Digest(),
    touched: new Touched(),
  };
}
