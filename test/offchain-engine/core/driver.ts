import assert from "node:assert/strict";
import type { Address, Hex } from "viem";
import type { CoreVerdict } from "../../../offchain-engine/edge/verdict.ts";
import type {
  ChainEvent,
  Command,
  OrderJson,
  SelfTradePrevention,
  SkippedFill,
} from "../../../protocol/engine/command.ts";
import type { FillView, OrderView } from "../../../protocol/engine/view.ts";
import type { ErrorCode, Failure } from "../../../protocol/errors.ts";
import type { EngineUnderTest } from "./engine-under-test.ts";

/** The engine's clock when a driver starts: 1,000,000 seconds. */
export const START_SECONDS = 1_000_000;
export const CLOSE_SECONDS = START_SECONDS + 10_000;

export const ALICE = address("a1");
export const BOB = address("b0");
export const CAROL = address("ca");
export const DAVE = address("da");

/** Twenty times the byte. */
export function address(byte: string): Address {
  return `0x${byte.repeat(20)}`;
}

/** 32 bytes that end in `number`. */
export function hash(number: number): Hex {
  return `0x${number.toString(16).padStart(64, "0")}`;
}

type MarketEvent = Extract<ChainEvent, { type: "market_created" }>;

/** A market as the chain announces it: no fee, every tick, open for 10,000 seconds. */
export function marketCreated(marketId: number, terms: Partial<MarketEvent> = {}): MarketEvent {
  return {
    type: "market_created",
    marketId,
    groupId: null,
    slug: `market-${marketId}`,
    question: "Will it?",
    rules: "It will, or not.",
    category: "test",
    resolver: address("ee"),
    closeTime: CLOSE_SECONDS,
    resolveDeadline: CLOSE_SECONDS + 1000,
    takerFeeBps: 0,
    priceStep: 1,
    ...terms,
  };
}

/** The transaction of every batch that a driver settles. */
export const BATCH_TRANSACTION = hash(0x77);

/** Batch `batchId` settled, `settled` of its fills held, and it anchors the hash `batchId`. */
export function batchSettled(batchId: number, settled: number, skipped: SkippedFill[] = []) {
  const journalHash = hash(batchId);
  const transactionHash = BATCH_TRANSACTION;
  return {
    type: "batch_settled",
    batchId,
    journalHash,
    transactionHash,
    settled,
    skipped,
  } as const;
}

export interface PlaceOptions extends Partial<OrderJson> {
  hash?: Hex;
  signer?: Address;
  clientId?: string;
  stp?: SelfTradePrevention;
  replaces?: Hex;
}

type Placed = Extract<CoreVerdict, { ok: true; kind: "place" }>;

/** Speaks to an engine as the api, the chain and time do. */
export class Driver<E extends EngineUnderTest> {
  readonly engine: E;
  seq = 0;
  timeMs = START_SECONDS * 1000;
  #blockNumber = 0;
  #orders = 0;

  constructor(engine: E) {
    this.engine = engine;
  }

  send(command: Command): ReturnType<E["apply"]> {
    const sequenced = { seq: ++this.seq, timeMs: this.timeMs, command };
    return this.engine.apply(sequenced) as ReturnType<E["apply"]>;
  }

  /** Lets seconds pass, then sends a tick. */
  wait(seconds: number): void {
    this.timeMs += seconds * 1000;
    this.send({ kind: "tick" });
  }

  /** The next block; its timestamp is the engine's time. */
  block(...events: ChainEvent[]): ReturnType<E["apply"]> {
    const number = ++this.#blockNumber;
    const timestamp = Math.floor(this.timeMs / 1000);
    return this.send({ kind: "block", number, hash: hash(number), timestamp, events });
  }

  /** The last block. */
  get blockNumber(): number {
    return this.#blockNumber;
  }

  /** Takes the last block back. */
  undoBlock(): ReturnType<E["apply"]> {
    const number = this.#blockNumber--;
    return this.send({ kind: "block_undone", number, hash: hash(number) });
  }

  /** Sends the batch of these fills; the next block settles it. */
  settle(
    batchId: number,
    firstFillSeq: number,
    lastFillSeq: number,
    skipped: SkippedFill[] = [],
  ): ReturnType<E["apply"]> {
    const range = { firstFillSeq, lastFillSeq, transactionHash: BATCH_TRANSACTION };
    this.send({ kind: "batch_submitted", batchId, ...range, journalHash: hash(batchId) });
    const count = lastFillSeq - firstFillSeq + 1;
    return this.block(batchSettled(batchId, count - skipped.length, skipped));
  }

  deposit(account: Address, micro: number): void {
    this.block({ type: "deposited", account, amountMicro: micro.toString() });
  }

  /** Gives the account as many YES as NO shares of market 1. */
  split(account: Address, lots: number, marketId = 1): void {
    this.block({ type: "shares_split", account, marketId, quantityLots: lots.toString() });
  }

  /** Places `"BUY YES 100 @ 600"`: side, outcome, lots, price in ticks of that outcome. */
  tryPlace(maker: Address, text: string, options: PlaceOptions = {}): CoreVerdict {
    const match = /^(BUY|SELL) (YES|NO) (\d+) @ (\d+)$/.exec(text);
    assert.ok(match, text);
    const number = ++this.#orders;
    const { hash: orderHash, signer, clientId, stp, replaces, ...fields } = options;
    const order: OrderJson = {
      maker,
      marketId: 1,
      outcome: match[2] === "YES" ? 1 : 0,
      side: match[1] === "BUY" ? 0 : 1,
      price: Number(match[4]),
      quantity: Number(match[3]),
      timeInForce: 0,
      maxFeeBps: 1000,
      expiry: 0,
      nonce: number.toString(),
      ...fields,
    };
    const { verdict } = this.send({
      kind: "place",
      hash: orderHash ?? hash(number),
      order,
      signature: `0x${"5e".repeat(64)}`,
      signer: signer ?? maker,
      selfTradePrevention: stp ?? "cancel_resting",
      ...(clientId === undefined ? {} : { clientId }),
      ...(replaces === undefined ? {} : { replaces }),
    });
    assert.ok(verdict);
    return verdict;
  }

  /** As `tryPlace`, for an order that is accepted. */
  place(maker: Address, text: string, options: PlaceOptions = {}): Placed {
    const verdict = this.tryPlace(maker, text, options);
    assert.ok(verdict.ok && verdict.kind === "place", JSON.stringify(verdict));
    return verdict;
  }

  /** Asserts that the order is refused with `code`; gives the facts that come with it. */
  refuses(
    code: ErrorCode,
    maker: Address,
    text: string,
    options: PlaceOptions = {},
  ): Failure["details"] {
    return failure(code, this.tryPlace(maker, text, options)).details;
  }

  cancel(maker: Address, orderHash: Hex): CoreVerdict | undefined {
    return this.send({ kind: "cancel", maker, hash: orderHash }).verdict;
  }

  /** Asks for a fast exit of cash. */
  release(account: Address, micro: number, secondsLeft = 60): CoreVerdict | undefined {
    const deadline = Math.floor(this.timeMs / 1000) + secondsLeft;
    const amount = micro.toString();
    return this.send({ kind: "release", account, marketId: 0, asset: 2, amount, deadline }).verdict;
  }

  order(orderHash: Hex): OrderView {
    const found = this.engine.order(orderHash);
    assert.ok(found);
    return found.order;
  }

  fills(orderHash: Hex): FillView[] {
    return this.engine.order(orderHash)?.fills ?? [];
  }

  /** [available, locked, reserved] micro. */
  cash(account: Address): [number, number, number] {
    const { balance } = this.engine.account(account);
    const { availableMicro, lockedMicro, reservedMicro } = balance;
    return [Number(availableMicro), Number(lockedMicro), Number(reservedMicro)];
  }

  /** [available, locked, reserved] lots of one outcome of a market. */
  shares(account: Address, outcome: "YES" | "NO", marketId = 1): [number, number, number] {
    const { positions } = this.engine.account(account);
    const position = positions.find((candidate) => candidate.marketId === marketId);
    if (!position) return [0, 0, 0];
    return outcome === "YES"
      ? [position.yesAvailableLots, position.yesLockedLots, position.yesReservedLots]
      : [position.noAvailableLots, position.noLockedLots, position.noReservedLots];
  }

  book(marketId = 1): { bids: [number, number][]; asks: [number, number][] } {
    const found = this.engine.snapshot().books.find((book) => book.marketId === marketId);
    assert.ok(found);
    return { bids: found.bids, asks: found.asks };
  }
}

/** Asserts that the verdict is a failure with `code`. */
export function failure(code: ErrorCode, verdict: CoreVerdict | undefined): Failure {
  assert.ok(verdict && !verdict.ok, JSON.stringify(verdict));
  assert.equal(verdict.code, code);
  return verdict;
}

/** A driver with market 1 and, for each of the four accounts, cash and shares of it. */
export function startedDriver<E extends EngineUnderTest>(
  engine: E,
  terms: Partial<MarketEvent> = {},
): Driver<E> {
  const driver = new Driver(engine);
  driver.block(marketCreated(1, terms));
  for (const account of [ALICE, BOB, CAROL, DAVE]) {
    driver.deposit(account, 100_000_000);
    driver.split(account, 1000);
  }
  return driver;
}
