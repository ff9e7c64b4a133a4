import { cancel } from "../../offchain-engine/core/cancel.ts";
import { bringCash, bringShares } from "../../offchain-engine/core/escrow.ts";
import { EVENT_SHIFT, EventKind } from "../../offchain-engine/core/event-log.ts";
import { KNOWN_HASH_KEY } from "../../offchain-engine/core/keyed-hash.ts";
import { DEFAULT_LIMITS } from "../../offchain-engine/core/limits.ts";
import { createMarket } from "../../offchain-engine/core/market-life.ts";
import { NO_SLOT } from "../../offchain-engine/core/order-slots.ts";
import { blankTerms } from "../../offchain-engine/core/order-terms.ts";
import { place } from "../../offchain-engine/core/place.ts";
import { Refusal } from "../../offchain-engine/core/refusal.ts";
import { coverFills, finishBatch } from "../../offchain-engine/core/settlement.ts";
import { type CoreState, createState } from "../../offchain-engine/core/state.ts";
import { passTime } from "../../offchain-engine/core/time.ts";
import {
  COMMAND_WORDS,
  type CommandStream,
  DIGEST_START,
  digestStep,
  KIND_AGGRESSIVE,
  OP_CANCEL,
} from "./command-stream.ts";
import type { EngineRun } from "./engine-run.ts";
import { digestLadders } from "./run-book.ts";
import { ACCOUNTS } from "./workload.ts";

/** Takers' accounts, beyond those that rest: the streams know no self-trade prevention, the core always does. */
const TAKING_ACCOUNTS = 250;
const CASH_MICRO = 4e12;
const SHARE_LOTS = 1e8;
const CLOSE_MS = 1e12;
/** Fills that settle together. */
const BATCH_FILLS = 256;
const COMMANDS_PER_MS = 100;
/** As good as none: a few orders of the streams sweep deeper than one of the exchange may. */
const MAX_FILLS_PER_ORDER = 2 ** 30;

/**
 * The full core: every order is checked (terms, nonce, limits, cash or shares), locks what it needs, and
 * moves both owners' cash and shares; fills settle in batches; all events are read. Orders alternate
 * between the outcomes, so that all four kinds of match occur.
 */
export function createCoreRun(stream: CommandStream, withDigest: boolean): EngineRun {
  const core = new FullCore(stream, withDigest);
  return {
    run: (first, end) => core.run(first, end),
    settle: () => core.settle(),
    facts: () => core.facts(),
    bytesPerOrder: () => core.bytesPerOrder(),
  };
}

class FullCore {
  readonly #words: Int32Array;
  readonly #state: CoreState;
  readonly #terms = blankTerms();
  readonly #nonces = new Int32Array(ACCOUNTS + TAKING_ACCOUNTS + 1);
  readonly #slotOf: Int32Array;
  readonly #orderOf: Int32Array;
  readonly #withDigest: boolean;
  #tradedLots = 0;
  #digest = DIGEST_START;

  constructor(stream: CommandStream, withDigest: boolean) {
    this.#words = stream.words;
    this.#withDigest = withDigest;
    const capacity = Math.ceil(stream.prefill * 1.15);
    this.#state = createState(
      { ...DEFAULT_LIMITS, maxFillsPerOrder: MAX_FILLS_PER_ORDER },
      KNOWN_HASH_KEY,
      capacity,
    );
    this.#slotOf = new Int32Array(stream.lastOrderId + 1).fill(NO_SLOT);
    this.#orderOf = new Int32Array(capacity * 2);
    const state = this.#state;
    for (let market = 0; market < stream.markets; market++) createMarket(state, 1, 0, CLOSE_MS);
    for (let account = 0; account <= ACCOUNTS + TAKING_ACCOUNTS; account++) {
      state.accounts.add();
      state.cash.ensure(account + 1);
      bringCash(state, account, CASH_MICRO);
      for (let market = 0; market < stream.markets; market++) {
        for (const outcome of [1, 0]) {
          const entry = state.holdings.internEntry(state.accounts, account, market, outcome);
          bringShares(state, entry, SHARE_LOTS);
        }
      }
      state.events.clear();
    }
  }

  run(first: number, end: number): void {
    const words = this.#words;
    const state = this.#state;
    for (let command = first; command < end; command++) {
      const at = command * COMMAND_WORDS;
      const op = words[at] as number;
      const id = words[at + 4] as number;
      state.seq++;
      passTime(state, command % COMMANDS_PER_MS === 0 ? state.timeMs + 1 : state.timeMs);
      if ((op & 0xff) === OP_CANCEL) cancel(state, this.#slotOf[id] as number);
      else this.#place(at, op, id);
      this.#readEvents(id);
      if (state.fills.count >= 2 * BATCH_FILLS) this.settle();
    }
  }

  #place(at: number, op: number, id: number): void {
    const words = this.#words;
    const terms = this.#terms;
    const isBid = ((op >> 8) & 1) === 0;
    const tick = words[at + 2] as number;
    const takes = op >> 16 === KIND_AGGRESSIVE;
    const sender = words[at + 5] as number;
    const account = takes ? ACCOUNTS + 1 + (sender % TAKING_ACCOUNTS) : sender;
    const nonce = (this.#nonces[account] as number) + 1;
    this.#nonces[account] = nonce;
    terms.account = account;
    terms.market = words[at + 1] as number;
    terms.outcome = id & 1;
    terms.side = isBid === (terms.outcome === 1) ? 0 : 1;
    terms.priceTicks = terms.outcome === 1 ? tick : 1_000 - tick;
    terms.quantityLots = words[at + 3] as number;
    terms.nonceHigh = account;
    terms.nonceLow = nonce;
    const refusal = place(this.#state, terms);
    if (refusal !== Refusal.NONE) throw new Error(`order ${id} is refused: ${refusal}`);
  }

  #readEvents(id: number): void {
    const { events } = this.#state;
    const { words, count } = events;
    for (let event = 0; event < count; event++) {
      const at = event << EVENT_SHIFT;
      const kind = words[at] as number;
      if (kind === EventKind.RESTS) {
        const slot = words[at + 1] as number;
        this.#slotOf[id] = slot;
        this.#orderOf[slot] = id;
      } else if (kind === EventKind.FILL && this.#withDigest) this.#note(id, at);
    }
    events.clear();
  }

  #note(taker: number, at: number): void {
    const { words } = this.#state.events;
    const lots = words[at + 4] as number;
    this.#tradedLots += lots;
    const maker = this.#orderOf[words[at + 2] as number] as number;
    for (const word of [maker, taker, words[at + 3] as number, lots]) {
      this.#digest = digestStep(this.#digest, word);
    }
  }

  settle(): void {
    const state = this.#state;
    if (state.fills.count < BATCH_FILLS) return;
    const batchId = state.lastBatchId + 1;
    const firstFillSeq = state.fills.settledThroughSeq + 1;
    coverFills(state, { batchId, firstFillSeq, lastFillSeq: state.fills.lastSeq });
    finishBatch(state, batchId, neverSkipped, false);
    state.fills.makeFinal(state.fills.settledThroughSeq);
    state.events.clear();
  }

  facts() {
    const { fills, slots, ladders, markets } = this.#state;
    const facts = {
      fills: fills.lastSeq,
      liveOrders: slots.live,
      bookDigest: digestLadders(ladders, markets.count),
    };
    if (!this.#withDigest) return facts;
    return { ...facts, tradedLots: this.#tradedLots, tradeDigest: this.#digest >>> 0 };
  }

  bytesPerOrder(): number {
    return this.#state.slots.bytesPerOrder;
  }
}

function neverSkipped(): boolean {
  return false;
}
