import type { MatchKind } from "../../protocol/order.ts";
import { costMicro, feeMicroDown, Outcome, PRICE_SCALE, Side } from "../../protocol/units.ts";

/** What one account must have by the story alone. */
export interface ExpectedAccount {
  cashMicro: bigint;
  yesLots: bigint;
  noLots: bigint;
  /** ERC-1155 tokens in the wallet. */
  yesTokens: bigint;
  walletMicro: bigint;
  /** Cash that trades moved, in either direction. */
  volumeMicro: bigint;
  /** Won or lost since the start; shares count once they are sold, exported or redeemed. */
  closedPnlMicro: bigint;
  trades: number;
}

/** A fill that the story foresees. */
export interface ExpectedFill {
  matchKind: MatchKind;
  taker: string;
  maker: string;
  takerLeg: Leg;
  makerLeg: Leg;
  yesPriceTicks: number;
  quantityLots: number;
}

export interface Leg {
  outcome: Outcome;
  side: Side;
}

/** The story's own book-keeping, by names, from the rules of the exchange and nothing else. */
export class ExpectedLedger {
  readonly accounts = new Map<string, ExpectedAccount>();
  readonly fills: (ExpectedFill & { feeMicro: bigint })[] = [];
  readonly #takerFeeBps: number;

  constructor(takerFeeBps: number) {
    this.#takerFeeBps = takerFeeBps;
  }

  get feesMicro(): bigint {
    return this.fills.reduce((sum, fill) => sum + fill.feeMicro, 0n);
  }

  open(name: string, walletMicro: bigint): void {
    const nothing = { cashMicro: 0n, yesLots: 0n, noLots: 0n, yesTokens: 0n, volumeMicro: 0n };
    this.accounts.set(name, { ...nothing, closedPnlMicro: 0n, trades: 0, walletMicro });
  }

  account(name: string): ExpectedAccount {
    const account = this.accounts.get(name);
    if (!account) throw new Error(`${name} has not arrived yet.`);
    return account;
  }

  deposit(name: string, micro: bigint): void {
    const account = this.account(name);
    account.walletMicro -= micro;
    account.cashMicro += micro;
  }

  withdraw(name: string, micro: bigint): void {
    this.deposit(name, -micro);
  }

  /** Both sides of a fill; the taker pays the fee. */
  fill(fill: ExpectedFill): bigint {
    const { yesPriceTicks, quantityLots } = fill;
    const feeMicro = BigInt(feeMicroDown(yesPriceTicks, quantityLots, this.#takerFeeBps));
    this.#side(fill.taker, fill.takerLeg, fill);
    this.#side(fill.maker, fill.makerLeg, fill);
    const taker = this.account(fill.taker);
    taker.cashMicro -= feeMicro;
    taker.closedPnlMicro -= feeMicro;
    this.fills.push({ ...fill, feeMicro });
    return feeMicro;
  }

  /** Shares become tokens; for profit and loss they are sold at the mark. */
  exportYes(name: string, lots: bigint, markYesTicks: number): void {
    const account = this.account(name);
    account.yesLots -= lots;
    account.yesTokens += lots;
    account.closedPnlMicro += BigInt(costMicro(markYesTicks, Number(lots)));
  }

  /** After the resolution: escrowed shares become cash, tokens become wallet money. */
  redeem(name: string, payoutYes: number): bigint {
    const account = this.account(name);
    const payoutMicro =
      BigInt(costMicro(payoutYes, Number(account.yesLots))) +
      BigInt(costMicro(PRICE_SCALE - payoutYes, Number(account.noLots)));
    account.cashMicro += payoutMicro;
    account.closedPnlMicro += payoutMicro;
    account.yesLots = 0n;
    account.noLots = 0n;
    return payoutMicro;
  }

  redeemTokens(name: string, payoutYes: number): bigint {
    const account = this.account(name);
    const payoutMicro = BigInt(costMicro(payoutYes, Number(account.yesTokens)));
    account.walletMicro += payoutMicro;
    account.yesTokens = 0n;
    return payoutMicro;
  }

  #side(name: string, { outcome, side }: Leg, fill: ExpectedFill): void {
    const account = this.account(name);
    const yes = outcome === Outcome.YES;
    const price = yes ? fill.yesPriceTicks : PRICE_SCALE - fill.yesPriceTicks;
    const micro = BigInt(costMicro(price, fill.quantityLots));
    const sign = side === Side.BUY ? 1n : -1n;
    const lots = sign * BigInt(fill.quantityLots);
    account.cashMicro -= sign * micro;
    account.closedPnlMicro -= sign * micro;
    account.volumeMicro += micro;
    account.trades += 1;
    if (yes) account.yesLots += lots;
    else account.noLots += lots;
  }
}
