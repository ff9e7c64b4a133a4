import type { Hex } from "viem";
import { Digest } from "../core/digest.ts";
import type { HashKey } from "../core/keyed-hash.ts";
import type { CoreLimits } from "../core/limits.ts";
import { blankTerms, type PlaceTerms } from "../core/order-terms.ts";
import { type CoreState, createState } from "../core/state.ts";
import { AccountNames } from "./account-names.ts";
import { ClientIds } from "./client-ids.ts";
import { FillRecords } from "./fill-records.ts";
import { MarketNames } from "./market-names.ts";
import { OrderRecords } from "./order-records.ts";
import { SkippedFills } from "./skipped-fills.ts";
import type { TakenBlock } from "./taken-block.ts";
import { Touched } from "./touched.ts";

/** The numeric core, and all that has a name: addresses, hashes, client ids, slugs, streams. */
export interface EdgeState {
  readonly chainId: number;
  readonly core: CoreState;
  readonly accounts: AccountNames;
  readonly markets: MarketNames;
  readonly orders: OrderRecords;
  readonly fills: FillRecords;
  readonly clientIds: ClientIds;
  marketsSeq: number;
  /** The last command that had events; 0 before the first. */
  lastEventSeq: number;
  exchangeSeq: number;
  readonly skipped: SkippedFills;
  /** Null before the first block. */
  lastBlockHash: Hex | null;
  /** What each batch anchors that was sent and has not settled: the journal's hash, by batch id. */
  readonly batchHashes: Map<number, Hex>;
  /** What the last blocks did, by number, oldest first: as deep as a reorganisation may reach. */
  readonly takenBlocks: Map<number, TakenBlock>;
  /** Running digest of all that has happened to orders and fills. */
  readonly history: Digest;
  readonly touched: Touched;
  /** Filled anew for each order. */
  readonly terms: PlaceTerms;
}

/** The state before the first command. */
export function createEdgeState(chainId: number, limits: CoreLimits, hashKey: HashKey): EdgeState {
  const core = createState(limits, hashKey);
  const accounts = new AccountNames(core.accounts, core.cash);
  const markets = new MarketNames();
  const orders = new OrderRecords(accounts, markets, hashKey);
  return {
    chainId,
    core,
    accounts,
    markets,
    orders,
    fills: new FillRecords(orders),
    clientIds: new ClientIds(hashKey),
    marketsSeq: 0,
    lastEventSeq: 0,
    exchangeSeq: 0,
    skipped: new SkippedFills(),
    lastBlockHash: null,
    batchHashes: new Map(),
    takenBlocks: new Map(),
    history: new Digest(),
    touched: new Touched(),
    terms: blankTerms(),
  };
}
