/**
 * The shapes of CCXT's prediction-market surface, as far as they mean something for an order book of
 * YES and NO shares. CCXT speaks in floats: prices 0 … 1, amounts in shares, money in collateral. What
 * cannot be known is undefined, and docs/ccxt.md says why. `info` is what the exchange replied.
 */

/** By what a structure of one outcome names it: `ETH_75_UP:YES`, the ERC-1155 id, `YES`, and its parents. */
export interface OutcomeNames {
  outcome: string;
  outcomeId: string;
  label: "YES" | "NO";
  market: string;
  event: string;
}

interface Timed {
  timestamp: number | undefined;
  datetime: string | undefined;
}

export interface CcxtOutcome extends OutcomeNames {
  marketId: string;
  price: number | undefined;
  bid: number | undefined;
  ask: number | undefined;
  active: boolean;
  winner: boolean | undefined;
  settleFraction: number | undefined;
  precision: { price: number; amount: number };
  info: unknown;
}

export interface CcxtMarket {
  id: string;
  market: string;
  event: string;
  marketType: "binary";
  executionModel: "clob";
  title: string;
  description: string;
  outcomes: CcxtOutcome[];
  collateral: string;
  active: boolean;
  closed: boolean;
  resolved: boolean;
  resolvedOutcome: string | undefined;
  end: number;
  endDatetime: string;
  volume: number | undefined;
  openInterest: number | undefined;
  tickSize: number;
  limits: { amount: { min: number; max: number } };
  fees: { trading: number };
  resolutionSource: string;
  info: unknown;
}

export interface CcxtEvent {
  id: string;
  event: string;
  title: string;
  description: string;
  slug: string;
  category: string;
  markets: CcxtMarket[];
  mutuallyExclusive: boolean;
  active: boolean;
  resolved: boolean;
  volume: number | undefined;
  end: number;
  endDatetime: string;
  info: unknown;
}

export interface CcxtTicker extends OutcomeNames, Timed {
  high: number | undefined;
  low: number | undefined;
  bid: number | undefined;
  bidVolume: number | undefined;
  ask: number | undefined;
  askVolume: number | undefined;
  vwap: number | undefined;
  open: number | undefined;
  close: number | undefined;
  last: number | undefined;
  change: number | undefined;
  percentage: number | undefined;
  average: number | undefined;
  baseVolume: number;
  quoteVolume: number;
  info: unknown;
}

export interface CcxtOrderBook extends OutcomeNames, Timed {
  bids: [price: number, amount: number][];
  asks: [price: number, amount: number][];
  nonce: number;
}

export interface CcxtFee {
  currency: string;
  cost: number;
}

export interface CcxtTrade extends OutcomeNames, Timed {
  id: string;
  order: string | undefined;
  type: undefined;
  side: "buy" | "sell";
  takerOrMaker: "taker" | "maker";
  price: number;
  amount: number;
  cost: number;
  fee: CcxtFee;
  info: unknown;
}

export interface CcxtOrder extends OutcomeNames, Timed {
  id: string;
  clientOrderId: string | undefined;
  lastTradeTimestamp: number | undefined;
  lastUpdateTimestamp: number;
  status: "open" | "closed" | "canceled" | "expired" | "rejected";
  type: "limit";
  timeInForce: "GTC" | "GTD" | "FOK" | "IOC" | "PO";
  postOnly: boolean;
  side: "buy" | "sell";
  price: number;
  average: number | undefined;
  amount: number;
  filled: number;
  remaining: number;
  cost: number;
  fee: CcxtFee;
  trades: CcxtTrade[];
  info: unknown;
}

export interface CcxtBalance extends Timed {
  free: Record<string, number>;
  used: Record<string, number>;
  total: Record<string, number>;
  info: unknown;
}

export interface CcxtPosition extends OutcomeNames {
  side: "long";
  contracts: number;
  contractSize: 1;
  entryPrice: number | undefined;
  markPrice: number | undefined;
  notional: number | undefined;
  unrealizedPnl: number | undefined;
  realizedPnl: number | undefined;
  resolved: boolean;
  won: boolean | undefined;
  settleFraction: number | undefined;
  payout: number | undefined;
  info: unknown;
}

/** `[timestamp, open, high, low, close, volume]`. */
export type CcxtCandle = [number, number, number, number, number, number];
