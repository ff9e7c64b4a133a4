import { setTimeout as delay } from "node:timers/promises";
import type { Hex } from "viem";
import type { Market } from "../../protocol/wire/market.ts";
import {
  type AgonClient,
  isAgonError,
  type OrderParameters,
  type SignedOrderRequest,
} from "../../sdk/index.ts";
import { RandomSource } from "../../test/offchain-engine/core/random-source.ts";
import type { PromiseBook, SentOrder } from "./promise-book.ts";
import type { Trader } from "./trader.ts";
import { Violation } from "./violation.ts";

const MIDDLE_TICKS = 500;
const SPREAD_TICKS = 12;
const MAX_LOTS = 300;
const BATCH = 4;
/** What a client thinks between two requests: the load is many clients, not one without pauses. */
const MAX_PAUSE_MS = 25;
/** Refusals which say that the engine was not asked, or that nothing was done. */
const NOT_DONE = [
  "engine_unavailable",
  "engine_busy",
  "settlement_behind",
  "chain_unavailable",
  "cancel_only",
  "post_only",
];
const SURPRISES = ["reply_invalid", "signature_invalid", "unauthenticated", "session_expired"];

/** Traders at work until they are told to stop. */
export interface Load {
  /** Resolves when each has had its last answer. @throws the Violation that one of them met */
  stop(): Promise<void>;
  /** Rejects when a trader meets a violation. */
  readonly failed: Promise<never>;
}

/** Each trader places, amends, cancels, deposits and withdraws at random, one request at a time. */
export function startLoad(
  traders: readonly Trader[],
  markets: readonly Market[],
  book: PromiseBook,
  seed: number,
): Load {
  const { promise: failed, reject } = Promise.withResolvers<never>();
  // Who waits for the end of the load meets it there.
  failed.catch(() => {});
  let isOver = false;
  const working = traders.map(async (trader, index) => {
    const random = new RandomSource(seed * 31 + index);
    const hand = new TraderAtWork(trader, markets, book, random);
    try {
      while (!isOver) {
        await hand.act();
        await delay(random.below(MAX_PAUSE_MS));
      }
    } catch (error) {
      reject(error);
      throw error;
    }
  });
  return {
    failed,
    async stop() {
      isOver = true;
      await Promise.all(working);
    },
  };
}

class TraderAtWork {
  readonly #trader: Trader;
  readonly #markets: readonly Market[];
  readonly #book: PromiseBook;
  readonly #random: RandomSource;

  constructor(trader: Trader, markets: readonly Market[], book: PromiseBook, random: RandomSource) {
    this.#trader = trader;
    this.#markets = markets;
    this.#book = book;
    this.#random = random;
  }

  /** One action; a failure that crashes explain is none of its business. */
  act(): Promise<unknown> {
    const dice = this.#random.below(1_000);
    if (dice < 620) return this.#place();
    if (dice < 760) return this.#cancel();
    if (dice < 860) return this.#amend();
    if (dice < 940) return this.#placeMany();
    if (dice < 950) return this.#cancelAll();
    if (dice < 970) return this.#calmly(() => this.#trader.patient.deposit("3"));
    if (dice < 985) return this.#fastExit();
    if (dice < 992) return this.#armSwitch();
    return this.#delayedExit();
  }

  #client(): AgonClient {
    return this.#random.chance(50) ? this.#trader.once : this.#trader.patient;
  }

  #terms(): OrderParameters {
    const random = this.#random;
    const market = random.pick(this.#markets);
    return {
      market: market.slug,
      outcome: random.pick(["YES", "NO"]),
      side: random.pick(["BUY", "BUY", "SELL"]),
      price: random.between(MIDDLE_TICKS - SPREAD_TICKS, MIDDLE_TICKS + SPREAD_TICKS),
      quantity: (random.between(1, MAX_LOTS) / 100).toFixed(2),
      timeInForce: random.pick(["GTC", "GTC", "GTC", "FAK"]),
    };
  }

  /** Signed, and written into the book of promises before anything is sent. */
  async #sign(
    client: AgonClient,
    terms: OrderParameters,
  ): Promise<[SignedOrderRequest, SentOrder]> {
    const slug = terms.market as string;
    const market = this.#markets.find((known) => known.slug === slug) as Market;
    const signed = await client.signOrder({ ...terms, market });
    const { hash, request } = signed;
    return [signed, this.#book.sending({ hash, request, slug, maker: this.#trader.address })];
  }

  async #place(): Promise<void> {
    const client = this.#client();
    const [signed, sent] = await this.#sign(client, this.#terms());
    await this.#send(client, signed, sent);
  }

  async #send(client: AgonClient, signed: SignedOrderRequest, sent: SentOrder): Promise<void> {
    try {
      const { order, fills } = await client.placeOrder(signed);
      this.#book.told(order, fills);
    } catch (error) {
      this.#refused(error, [sent]);
      return;
    }
    if (this.#random.chance(25)) await this.#lookUp(sent.hash);
  }

  async #placeMany(): Promise<void> {
    const client = this.#client();
    const pairs = [];
    for (let i = 0; i < BATCH; i++) pairs.push(await this.#sign(client, this.#terms()));
    const sent = pairs.map(([, order]) => order);
    try {
      const results = await client.placeOrders(pairs.map(([signed]) => signed));
      for (const [index, result] of results.entries()) {
        if (result.ok) this.#book.told(result.order, result.fills);
        else this.#noted(result.problem.code, sent[index] as SentOrder, true);
      }
    } catch (error) {
      this.#refused(error, sent);
    }
  }

  /** Whoever has an acknowledgement finds the order at once, whatever dies meanwhile. */
  async #lookUp(hash: Hex): Promise<void> {
    await this.#calmly(async () => {
      try {
        await this.#trader.once.getOrder(hash);
      } catch (error) {
        if (!isAgonError(error, "order_unknown")) throw error;
        throw new Violation("an acknowledged order is found", hash);
      }
    });
  }

  /** An own order that was open when its maker heard of it last. */
  #openOrder(): SentOrder | null {
    const { address } = this.#trader;
    const open = [...this.#book.orders.values()]
      .slice(-400)
      .filter(({ maker, view }) => maker === address && isOpen(view?.status));
    return open.length === 0 ? null : this.#random.pick(open);
  }

  async #cancel(): Promise<void> {
    const found = this.#openOrder();
    if (!found) return this.#place();
    await this.#calmly(async () => {
      this.#book.told(await this.#client().cancelOrder(found.hash));
    });
  }

  async #amend(): Promise<void> {
    const found = this.#openOrder();
    if (!found) return this.#place();
    const client = this.#client();
    const { order } = found.request;
    const [signed, sent] = await this.#sign(client, {
      market: found.slug,
      outcome: order.outcome === 1 ? "YES" : "NO",
      side: order.side === 0 ? "BUY" : "SELL",
      price: order.price + this.#random.between(-1, 1),
      quantity: ((order.quantity + this.#random.between(1, 40)) / 100).toFixed(2),
      replaces: { hash: found.hash, order: { nonce: String(order.nonce) } },
    });
    await this.#send(client, signed, sent);
  }

  #cancelAll(): Promise<unknown> {
    return this.#calmly(() => this.#trader.once.cancelOrders());
  }

  /** What the operator signed for must be paid. */
  async #fastExit(): Promise<void> {
    const { patient, address } = this.#trader;
    const amount = String(this.#random.between(1, 900_000));
    const granted = await this.#calmly(() => patient.requestRelease({ asset: "cash", amount }));
    if (!granted) return;
    this.#book.toldRelease(address, granted.release.nonce);
    try {
      await patient.executeRelease(granted);
    } catch (error) {
      if (!isAgonError(error, "transaction_reverted")) throw error;
      throw new Violation("a release is paid", `${address} ${JSON.stringify(error.details)}`);
    }
  }

  async #delayedExit(): Promise<void> {
    const { patient } = this.#trader;
    await this.#calmly(() => patient.requestWithdrawal("1.5"));
    await this.#calmly(() => patient.cancelWithdrawal());
  }

  /** Dead man's switch: unless another heartbeat comes, all orders go, whatever dies meanwhile. */
  #armSwitch(): Promise<unknown> {
    const timeoutMs = this.#random.between(1_000, 8_000);
    return this.#calmly(() => this.#trader.patient.sendHeartbeat({ timeoutMs }));
  }

  /** Refusals and outages are part of the game; a session lost or a strange reply is not. */
  async #calmly<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      if (!isAgonError(error)) throw error;
      if (SURPRISES.includes(error.code)) throw asViolation(error);
      return null;
    }
  }

  #refused(error: unknown, sent: readonly SentOrder[]): void {
    if (!isAgonError(error)) throw error;
    if (SURPRISES.includes(error.code)) throw asViolation(error);
    const { status, code, attempts } = error;
    const isDefinite = status !== null && (status < 500 || NOT_DONE.includes(code));
    for (const order of sent) this.#noted(code, order, isDefinite && attempts === 1);
  }

  #noted(code: string, sent: SentOrder, isDefinite: boolean): void {
    if (code === "engine_timeout" || code === "internal" || !isDefinite) this.#book.unknown++;
    else sent.outcome = "refused";
  }
}

function isOpen(status: string | undefined): boolean {
  return status === "open" || status === "partially_filled";
}

function asViolation(error: Error & { code: string }): Violation {
  return new Violation("a client always knows", `${error.code}: ${error.message}`);
}
