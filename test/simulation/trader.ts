import type { Address, Hex } from "viem";
import type { OrderJson, PlaceCommand } from "../../protocol/engine/command.ts";
import type { UserCommand, Verdict } from "../../protocol/engine/request.ts";
import { hash } from "../offchain-engine/core/driver.ts";
import type { World } from "./host.ts";
import type { ModelBus } from "./model-bus.ts";
import type { Effect, ModelChain } from "./model-chain.ts";
import { Violation } from "./scheduler.ts";

/** A command that the engine answered. */
export interface Acknowledged {
  command: UserCommand;
  verdict: Verdict;
}

/** What traders share. */
export interface Marketplace {
  world: World;
  bus: ModelBus;
  chain: ModelChain;
  /** Markets that orders may name. */
  marketIds: () => readonly number[];
  acknowledged: (acknowledged: Acknowledged) => void;
  /** The most that a trader waits before it does something. */
  pauseMs: number;
  /** Whether the chain takes back what counts as settled, or skips what holds. */
  mayBreakReleases: boolean;
}

const TIMEOUT_MS = 3_000;
/** Answers that leave open whether the command was taken, or say that it may be tried again. */
const AGAIN: ReadonlySet<string> = new Set([
  "engine_timeout",
  "engine_unavailable",
  "engine_busy",
  "internal",
]);
let orders = 0;

/** Counts orders from 1 again: the next run's hashes are like the last one's. */
export function forgetOrders(): void {
  orders = 0;
}

/**
 * A user: places, amends and cancels, repeats what was not answered until it is, and moves money in and out on
 * the chain.
 */
export class Trader {
  readonly account: Address;
  readonly delegate: Address;
  readonly #place: Marketplace;
  readonly #placed: PlaceCommand[] = [];
  #nonce = 0;

  constructor(account: Address, delegate: Address, place: Marketplace) {
    this.account = account;
    this.delegate = delegate;
    this.#place = place;
  }

  /** Acts until `isOver`, one thing after the other. */
  async trade(isOver: () => boolean): Promise<void> {
    const { world, pauseMs } = this.#place;
    const { scheduler } = world;
    while (!isOver()) {
      await scheduler.sleep(scheduler.random.below(pauseMs));
      if (isOver()) return;
      await this.#act();
    }
  }

  cancelAll(): Promise<Verdict> {
    return this.#send({ kind: "cancel_all", maker: this.account });
  }

  /** Sends until an answer says what became of it. */
  async #send(command: UserCommand): Promise<Verdict> {
    const { world, bus, acknowledged } = this.#place;
    const { scheduler } = world;
    for (;;) {
      const result = await bus.request({ type: "commands", commands: [command] }, TIMEOUT_MS);
      if (result.ok && result.reply.type === "commands") {
        const verdict = result.reply.verdicts[0] as Verdict;
        if (verdict.ok || !AGAIN.has(verdict.code)) {
          scheduler.say(`${nameOf(command)}: ${verdict.ok ? "ok" : verdict.code}`);
          acknowledged({ command, verdict });
          return verdict;
        }
      }
      await scheduler.sleep(200 + scheduler.random.below(1_500));
    }
  }

  async #act(): Promise<void> {
    const { random } = this.#place.world.scheduler;
    if (random.chance(40)) this.leave();
    const dice = random.below(100);
    if (dice < 55) return this.#placeOrder();
    if (dice < 58 && this.#placed.length > 0)
      return void (await this.#send(random.pick(this.#placed)));
    if (dice < 65) return this.#amend();
    if (dice < 73) return this.#cancel();
    if (dice < 75) return void (await this.cancelAll());
    if (dice < 79) return this.#release();
    if (dice < 82) return this.#heartbeat();
    this.#onChain();
  }

  async #placeOrder(): Promise<void> {
    const { random, nowMs } = this.#place.world.scheduler;
    const timeInForce = random.pick([0, 0, 0, 0, 1, 2, 3, 3, 4, 5] as const);
    const isDated = timeInForce === 1 || timeInForce === 5;
    const outcome = random.pick([0, 1] as const);
    const yesPrice = random.between(470, 530);
    const order: OrderJson = {
      maker: this.account,
      marketId: random.pick(this.#place.marketIds()),
      outcome,
      side: random.pick([0, 1] as const),
      price: outcome === 1 ? yesPrice : 1_000 - yesPrice,
      quantity: random.between(1, 200),
      timeInForce,
      maxFeeBps: 200,
      expiry: isDated ? Math.floor(nowMs / 1_000) + random.between(2, 60) : 0,
      nonce: (++this.#nonce).toString(),
    };
    await this.#sign(order);
  }

  async #sign(order: OrderJson, replaces?: Hex): Promise<void> {
    const { random } = this.#place.world.scheduler;
    const signer = random.chance(90) ? this.account : this.delegate;
    const command: PlaceCommand = {
      kind: "place",
      hash: hash(++orders),
      order,
      signature: `0x${signer.slice(2)}${"5e".repeat(44)}`,
      signer,
      selfTradePrevention: random.pick(["cancel_resting", "cancel_taker", "cancel_both"] as const),
      ...(replaces === undefined ? {} : { replaces }),
    };
    this.#placed.push(command);
    await this.#send(command);
  }

  #recent(): PlaceCommand | undefined {
    const { random } = this.#place.world.scheduler;
    return this.#placed.length === 0 ? undefined : random.pick(this.#placed.slice(-15));
  }

  async #amend(): Promise<void> {
    const { random } = this.#place.world.scheduler;
    const recent = this.#recent();
    if (!recent) return;
    const quantity = Math.max(1, recent.order.quantity + random.between(-60, 20));
    const price = random.chance(70) ? recent.order.price : random.between(470, 530);
    await this.#sign({ ...recent.order, quantity, price }, recent.hash);
  }

  async #cancel(): Promise<void> {
    const recent = this.#recent();
    if (recent) await this.#send({ kind: "cancel", maker: this.account, hash: recent.hash });
  }

  /** Arms, renews or switches off the dead man's switch. */
  async #heartbeat(): Promise<void> {
    const { random } = this.#place.world.scheduler;
    const timeoutMs = random.pick([0, 5_000, 20_000]);
    await this.#send({ kind: "heartbeat", maker: this.account, timeoutMs });
  }

  async #release(): Promise<void> {
    const { world, chain } = this.#place;
    const { random, nowMs } = world.scheduler;
    const micro = await this.#releasedMicro();
    const deadline = Math.floor(nowMs / 1_000) + random.between(5, 60);
    const cash = { marketId: 0, asset: 2 as const, amount: micro.toString(), deadline };
    const verdict = await this.#send({ kind: "release", account: this.account, ...cash });
    if (!verdict.ok || verdict.kind !== "release" || random.chance(30)) return;
    const nonce = Number(verdict.releaseNonce);
    chain.send(`release ${nonce} ${this.account.slice(2, 4)}`, (exchange, now) => {
      try {
        return exchange.useRelease(this.account, micro, nonce, verdict.deadline, now);
      } catch (error) {
        // What the operator signed for is paid, unless deposits vanish that it was promised out of.
        if (now > verdict.deadline || this.#place.mayBreakReleases) throw error;
        throw new Violation(`release ${nonce} of ${this.account} is not paid: ${error}`);
      }
    });
  }

  /** Some amount, or all that is free: what a fast exit may take is less while fills are unsettled. */
  async #releasedMicro(): Promise<number> {
    const { world, bus } = this.#place;
    const { random } = world.scheduler;
    if (random.chance(75)) return random.between(1, 2_000_000);
    const result = await bus.request({ type: "account", account: this.account }, TIMEOUT_MS);
    if (!result.ok || result.reply.type !== "account") return 1;
    return Math.max(1, Number(result.reply.balance.availableMicro));
  }

  /** Executes the delayed exits whose time has come: cash and shares leave the chain. */
  leave(): void {
    const { account } = this;
    const { chain } = this.#place;
    const { exchange, timestamp } = chain.head;
    for (const [key, { executableAt }] of exchange.exits) {
      const [owner, marketId, outcome] = key.split(":");
      if (owner !== account || executableAt > timestamp) continue;
      if (marketId === undefined) {
        chain.send(`withdraw ${key.slice(2, 4)}`, (x, now) => x.executeWithdrawal(account, now));
      } else {
        const side = outcome === "1" ? 1 : 0;
        chain.send(`export ${key.slice(2, 4)}`, (x, now) =>
          x.executeExport(account, Number(marketId), side, now),
        );
      }
    }
  }

  #onChain(): void {
    const { world, chain, marketIds } = this.#place;
    const { random } = world.scheduler;
    const { account, delegate } = this;
    const marketId = random.pick(marketIds());
    const outcome = random.pick([0, 1] as const);
    const lots = random.between(1, 300);
    const micro = random.between(1, 3_000_000);
    const large = random.pick([micro, random.between(5_000_000, 25_000_000)]);
    const nonce = BigInt(random.between(Math.max(1, this.#nonce - 10), this.#nonce + 1));
    const [name, effect] = random.pick<[string, Effect]>([
      ["deposit", (x) => x.deposit(account, micro)],
      ["deposit", (x) => x.deposit(account, large)],
      ["split", (x) => x.split(account, marketId, lots)],
      ["ask withdrawal", (x, now) => x.requestWithdrawal(account, large, now)],
      ["cancel withdrawal", (x) => x.cancelWithdrawal(account)],
      ["ask export", (x, now) => x.requestExport(account, marketId, outcome, lots, now)],
      ["floor", (x, now) => x.raiseFloor(account, nonce, now)],
      ["ask cancel", (x, now) => x.requestCancel(account, nonce, now)],
      ["cancel nonce", (x, now) => x.finalizeCancel(account, nonce, now)],
      ["delegate", (x) => x.addDelegate(account, delegate)],
      ["delegate", (x) => x.addDelegate(account, delegate)],
      ["no delegate", (x, now) => x.removeDelegate(account, delegate, now)],
    ]);
    chain.send(`${name} ${account.slice(2, 4)}`, effect);
  }
}

function nameOf(command: UserCommand): string {
  switch (command.kind) {
    case "place": {
      const { side, outcome, quantity, price, marketId, nonce, maker } = command.order;
      const what = `${side === 0 ? "buy" : "sell"} ${outcome === 1 ? "YES" : "NO"} ${quantity} @ ${price}`;
      const how = command.replaces ? "amend" : "place";
      return `${how} ${Number(command.hash)} ${maker.slice(2, 4)} m${marketId} n${nonce} ${what}`;
    }
    case "cancel":
      return `cancel ${Number(command.hash)}`;
    case "cancel_all":
      return `cancel all ${command.maker.slice(2, 4)}`;
    case "heartbeat":
      return `heartbeat ${command.timeoutMs} of ${command.maker.slice(2, 4)}`;
    case "release":
      return `release ${command.amount} to ${command.account.slice(2, 4)}`;
  }
}
