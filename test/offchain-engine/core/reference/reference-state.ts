import type { Address, Hex } from "viem";
import type { CoreLimits } from "../../../../offchain-engine/core/limits.ts";
import type { PlaceCommand } from "../../../../protocol/engine/command.ts";
import type {
  FillView,
  MarketView,
  OrderView,
  TradingPhase,
} from "../../../../protocol/engine/view.ts";

/** Cash, or the shares of one outcome in one market: `cash`, `1:yes`, `1:no`. */
export type Asset = string;

export interface RefOrder {
  view: OrderView;
  command: PlaceCommand;
  maker: Address;
  signer: Address;
  /** Place in time: orders rest behind all with a lower number. */
  place: number;
  isResting: boolean;
  yesPrice: number;
  isBid: boolean;
  fills: number[];
  /** It ended, and none of its fills is remembered. */
  isFinished: boolean;
}

export interface RefAccount {
  address: Address;
  delegates: Address[];
  floor: bigint;
  nonces: Map<string, RefOrder | null>;
  clientIds: Set<string>;
  /** Everything that the account has, by asset: free, locked and reserved together. */
  total: Map<Asset, number>;
  settled: Map<Asset, number>;
  cost: Map<Asset, number>;
  requested: Map<Asset, number>;
  releases: RefRelease[];
  lastReleaseNonce: number;
  markets: number[];
  /** The dead man's switch; null while it is off. */
  heartbeat: { timeoutMs: number; dueMs: number } | null;
}

export interface RefBatch {
  batchId: number;
  first: number;
  last: number;
}

/** A block that a reorganisation may still take back. */
export interface RefBlock {
  number: number;
  hash: Hex;
  lastBlockBefore: number;
  /** What undoes each event, in log order. */
  undo: (() => void)[];
  /** The last fill that had settled after it. */
  settledThrough: number;
  /** Unused releases that its time gave back. */
  returned: { account: RefAccount; release: RefRelease }[];
}

export interface RefRelease {
  nonce: number;
  asset: Asset;
  amount: number;
  deadline: number;
}

export interface RefState {
  limits: CoreLimits;
  timeMs: number;
  accounts: Map<Address, RefAccount>;
  markets: Map<number, MarketView>;
  /** In the order of acceptance; forgotten ones are gone. */
  orders: Map<Hex, RefOrder>;
  /** The remembered ones that are finished, in the order in which they became so. */
  finished: RefOrder[];
  fills: FillView[];
  batches: RefBatch[];
  settledThrough: number;
  /** Fills up to here are forgotten. */
  forgottenThrough: number;
  lastBatchId: number;
  /** The last batch whose settlement was ever undone. */
  lastUndoneBatchId: number;
  /** Fills up to here have settled for good. */
  finalThrough: number;
  /** Oldest first. */
  taken: RefBlock[];
  lastBlock: number;
  paused: boolean;
  /** Restarted and not yet reopened. */
  isClosed: boolean;
  cancelOnlyUntilMs: number;
  postOnlyUntilMs: number;
  held: TradingPhase;
  nextPlace: number;
}

/** What is taken in a market: the strictest of the restart's phase and what is held. */
export function phaseIn(state: RefState, market: MarketView | null): TradingPhase {
  const phases: TradingPhase[] = [state.held, market?.heldPhase ?? "open"];
  if (state.isClosed || state.timeMs < state.cancelOnlyUntilMs) phases.push("cancel_only");
  if (state.timeMs < state.postOnlyUntilMs) phases.push("post_only");
  if (phases.includes("cancel_only")) return "cancel_only";
  return phases.includes("post_only") ? "post_only" : "open";
}

export function sum(figures: Iterable<number>): number {
  let total = 0;
  for (const figure of figures) total += figure;
  return total;
}

export function get(map: Map<Asset, number>, asset: Asset): number {
  return map.get(asset) ?? 0;
}

export function add(map: Map<Asset, number>, asset: Asset, delta: number): void {
  map.set(asset, get(map, asset) + delta);
}

export function shareAsset(marketId: number, outcome: 0 | 1): Asset {
  return `${marketId}:${outcome === 1 ? "yes" : "no"}`;
}

export function lower<T extends string>(hex: T): T {
  return hex.toLowerCase() as T;
}

export function accountOf(state: RefState, address: Address): RefAccount {
  const key = lower(address);
  let account = state.accounts.get(key);
  if (!account) {
    account = {
      address: key,
      delegates: [],
      floor: 0n,
      nonces: new Map(),
      clientIds: new Set(),
      total: new Map(),
      settled: new Map(),
      cost: new Map(),
      requested: new Map(),
      releases: [],
      lastReleaseNonce: 0,
      markets: [],
      heartbeat: null,
    };
    state.accounts.set(key, account);
  }
  return account;
}

export function knowMarket(account: RefAccount, marketId: number): void {
  if (!account.markets.includes(marketId)) account.markets.push(marketId);
}

export function isOpen(order: RefOrder): boolean {
  return order.view.status === "open" || order.view.status === "partially_filled";
}

/** Open orders of an account, oldest place first. */
export function openOrders(state: RefState, account: RefAccount): RefOrder[] {
  return [...state.orders.values()]
    .filter((order) => order.isResting && isOpen(order) && order.maker === account.address)
    .sort((a, b) => a.place - b.place);
}

/** One side of a book, best price first, then by place. */
export function ladder(state: RefState, marketId: number, bids: boolean): RefOrder[] {
  return [...state.orders.values()]
    .filter((o) => o.isResting && isOpen(o) && o.isBid === bids)
    .filter((o) => o.command.order.marketId === marketId)
    .sort(
      (a, b) => (bids ? b.yesPrice - a.yesPrice : a.yesPrice - b.yesPrice) || a.place - b.place,
    );
}

export function lockAsset(order: RefOrder): Asset {
  const { side, marketId, outcome } = order.command.order;
  return side === 0 ? "cash" : shareAsset(marketId, outcome);
}

/** What a resting order holds: a maker pays no fee. */
export function lockAmount(order: RefOrder): number {
  const { side, price } = order.command.order;
  return side === 0 ? price * order.view.remainingLots * 10 : order.view.remainingLots;
}

export function locked(state: RefState, account: RefAccount, asset: Asset): number {
  return sum(
    openOrders(state, account)
      .filter((o) => lockAsset(o) === asset)
      .map(lockAmount),
  );
}

export function released(account: RefAccount, asset: Asset): number {
  return sum(account.releases.filter((r) => r.asset === asset).map((r) => r.amount));
}

/** A delayed exit takes all that is neither locked nor promised, up to what was asked for. */
export function requestReserve(state: RefState, account: RefAccount, asset: Asset): number {
  const free = get(account.total, asset) - locked(state, account, asset) - released(account, asset);
  return Math.max(0, Math.min(get(account.requested, asset), free));
}

export function reserved(state: RefState, account: RefAccount, asset: Asset): number {
  return requestReserve(state, account, asset) + released(account, asset);
}

export function available(state: RefState, account: RefAccount, asset: Asset): number {
  const total = get(account.total, asset);
  return total - locked(state, account, asset) - reserved(state, account, asset);
}

/** The cash or shares that a fill takes from, and gives to, one of its owners. */
export function legEffects(
  fill: FillView,
  role: "taker" | "maker",
): { gives: [Asset, number]; takes: [Asset, number]; cost: number } {
  const outcome = role === "taker" ? fill.takerOutcome : fill.makerOutcome;
  const side = role === "taker" ? fill.takerSide : fill.makerSide;
  const fee = role === "taker" ? Number(fill.feeMicro) : 0;
  const price = outcome === 1 ? fill.yesPriceTicks : 1000 - fill.yesPriceTicks;
  const cost = price * fill.quantityLots * 10;
  const shares: [Asset, number] = [shareAsset(fill.marketId, outcome), fill.quantityLots];
  return side === 0
    ? { takes: ["cash", cost + fee], gives: shares, cost }
    : { takes: shares, gives: ["cash", cost - fee], cost };
}

export const ROLES = ["taker", "maker"] as const;

/** What the account's unsettled fills take away. */
export function pendingDebit(state: RefState, account: RefAccount, asset: Asset): number {
  let debit = 0;
  for (const fill of state.fills.slice(state.settledThrough)) {
    for (const role of ROLES) {
      const { takes } = legEffects(fill, role);
      if (fill[role] === account.address && takes[0] === asset) debit += takes[1];
    }
  }
  return debit;
}

export function releasable(state: RefState, account: RefAccount, asset: Asset): number {
  const settled = get(account.settled, asset) - pendingDebit(state, account, asset);
  const free = Math.min(
    available(state, account, asset),
    settled - reserved(state, account, asset),
  );
  return Math.max(0, free);
}
