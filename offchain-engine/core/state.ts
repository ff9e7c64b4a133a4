import { Accounts } from "./accounts.ts";
import { DueHeap } from "./due-heap.ts";
import { EventLog } from "./event-log.ts";
import { Funds } from "./funds.ts";
import { Heartbeats } from "./heartbeats.ts";
import { Holdings } from "./holdings.ts";
import type { HashKey } from "./keyed-hash.ts";
import { Ladders } from "./ladders.ts";
import type { CoreLimits } from "./limits.ts";
import { Markets } from "./markets.ts";
import { Nonces } from "./nonces.ts";
import { OrderSlots } from "./order-slots.ts";
import type { ReleaseRecord } from "./releases.ts";
import type { Batch } from "./settlement.ts";
import { TradingPhases } from "./trading-phase.ts";
import { UnsettledFills } from "./unsettled-fills.ts";

/** Everything that matching, money and time depend on. Changed only by commands, in their order. */
export interface CoreState {
  readonly limits: CoreLimits;
  seq: number;
  timeMs: number;
  readonly accounts: Accounts;
  readonly nonces: Nonces;
  readonly holdings: Holdings;
  readonly markets: Markets;
  readonly slots: OrderSlots;
  readonly ladders: Ladders;
  readonly fills: UnsettledFills;
  /** By account, micro. */
  readonly cash: Funds;
  /** By share entry, lots. */
  readonly shares: Funds;
  /** Counts accepted orders from 1. */
  lastOrder: number;
  /** Resting orders with an expiry, by number, with their slot; may still name orders that are gone. */
  readonly expiries: DueHeap;
  /** How many resting orders have an expiry. */
  expiringOrders: number;
  /** Open markets by close time. */
  readonly closings: DueHeap;
  /** Fast exits that hold funds, by account, oldest first. */
  readonly releases: Map<number, ReleaseRecord[]>;
  tradingPaused: boolean;
  readonly phases: TradingPhases;
  /** Dead man's switches of accounts. */
  readonly heartbeats: Heartbeats;
  lastBlock: number;
  /** Unix seconds of the last block. */
  lastBlockTimestamp: number;
  lastBatchId: number;
  /** The last batch whose settlement a reorganisation ever took back; 0 when none did. */
  lastUndoneBatchId: number;
  /** Batches sent and not yet settled, by id. */
  readonly batches: Map<number, Batch>;
  /** Collateral that deposits and redemptions brought, less withdrawals, micro. */
  cashInflowMicro: number;
  /** Taker fees of all fills that stand. */
  feesMicro: number;
  readonly events: EventLog;
}

/** The state before the first command; `orders` resting orders fit before a table has to grow. */
export function createState(limits: CoreLimits, hashKey: HashKey, orders?: number): CoreState {
  const slots = new OrderSlots(orders);
  const accounts = new Accounts();
  const shares = new Funds();
  return {
    limits,
    seq: 0,
    timeMs: 0,
    accounts,
    nonces: new Nonces(accounts, hashKey),
    holdings: new Holdings(shares),
    markets: new Markets(),
    slots,
    ladders: new Ladders(slots),
    fills: new UnsettledFills(),
    cash: new Funds(),
    shares,
    lastOrder: 0,
    expiries: new DueHeap(),
    expiringOrders: 0,
    closings: new DueHeap(),
    releases: new Map(),
    tradingPaused: false,
    phases: new TradingPhases(),
    heartbeats: new Heartbeats(),
    lastBlock: 0,
    lastBlockTimestamp: 0,
    lastBatchId: 0,
    lastUndoneBatchId: 0,
    batches: new Map(),
    cashInflowMicro: 0,
    feesMicro: 0,
    events: new EventLog(),
  };
}
