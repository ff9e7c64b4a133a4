import type { Address, Hex } from "viem";
import type { Applied } from "../../../offchain-engine/edge/core.ts";
import type {
  BlockCommand,
  ChainEvent,
  Command,
  OrderJson,
  PlaceCommand,
  SequencedCommand,
} from "../../../protocol/engine/command.ts";
import type { FillView } from "../../../protocol/engine/view.ts";
import { address, hash, marketCreated, START_SECONDS } from "./driver.ts";
import { ModelChain } from "./model-chain.ts";
import { RandomReorgs, type ReorgHost, type ReorgOptions } from "./random-reorgs.ts";
import type { RandomSource } from "./random-source.ts";
import { shareAsset } from "./reference/reference-state.ts";

const ACCOUNTS = ["01", "02", "03", "04", "05", "06"].map(address);
const STRANGER = address("07");
const DELEGATES = ["d1", "d2"].map(address);
const STP = ["cancel_resting", "cancel_resting", "cancel_taker", "cancel_both"] as const;
const OPEN_MARKETS = 3;

/** How a stream of random commands behaves. */
export interface StreamOptions {
  /** The chain refuses some fills for no reason that the engine knows. */
  chainRefusesFills: boolean;
  /** How many fills a batch has at most. */
  batchSize: number;
  /** Whether the chain is reorganised, and what comes again then. */
  reorgs?: ReorgOptions;
}

/** A fast exit that was granted and not used. */
export interface Granted {
  account: Address;
  asset: string;
  amount: number;
  nonce: string;
  deadline: number;
}

/**
 * Random commands that hang together: accounts trade around a price, amend and cancel; a model chain
 * takes deposits, settles what was matched, pays exits out and decides markets.
 */
export class RandomCommands {
  readonly chain = new ModelChain();
  readonly accounts = ACCOUNTS;
  readonly #random: RandomSource;
  readonly #options: StreamOptions;
  readonly #places: PlaceCommand[] = [];
  readonly #fills: FillView[] = [];
  readonly #markets: { marketId: number; closeTime: number; isDecided: boolean }[] = [];
  readonly #granted: Granted[] = [];
  readonly #everGranted: Granted[] = [];
  readonly #reorgs: RandomReorgs | null;
  #release: Granted | null = null;
  #submittedThrough = 0;
  #submittedBatches: number[] = [];
  #isPaused = false;
  /** What ends restarts and holds, and when. */
  readonly #reopenings: { seq: number; command: Command }[] = [];
  #seq = 0;
  #timeMs = START_SECONDS * 1000;
  #block = 0;
  /** Those that were undone included. */
  #blocks = 0;
  #nonce = 0;
  #orders = 0;

  constructor(random: RandomSource, options: StreamOptions) {
    this.#random = random;
    this.#options = options;
    const { reorgs } = options;
    this.#reorgs = reorgs ? new RandomReorgs(random, this.chain, reorgs, this.#reorgHost()) : null;
  }

  /** Whether blocks were undone that have not come again. */
  get isReorganising(): boolean {
    return this.#reorgs?.isReorganising ?? false;
  }

  next(): SequencedCommand {
    this.#timeMs += this.#random.chance(30) ? this.#random.below(3000) : 0;
    return { seq: ++this.#seq, timeMs: this.#timeMs, command: this.#command() };
  }

  /** Takes note of what the command led to. */
  learn({ verdict, changes }: Applied): void {
    for (const fill of changes.fills) this.#fills[fill.fillSeq - 1] = fill;
    if (this.#release && verdict?.ok && verdict.kind === "release") {
      const granted = { ...this.#release, nonce: verdict.releaseNonce };
      this.#granted.push(granted);
      this.#everGranted.push(granted);
    }
    this.#release = null;
  }

  #reorgHost(): ReorgHost {
    return {
      fills: this.#fills,
      granted: this.#granted,
      everGranted: this.#everGranted,
      submittedBatches: this.#submittedBatches,
      markets: this.#markets,
      setPaused: (isPaused) => {
        this.#isPaused = isPaused;
      },
      block: (events) => this.#blockWith(events),
      undone: (number) => {
        this.#block = number - 1;
      },
      timeMs: () => this.#timeMs,
    };
  }

  #command(): Command {
    const reorganised = this.#reorgs?.next();
    if (reorganised) return reorganised;
    const [next] = this.#reopenings;
    if (next && next.seq <= this.#seq) {
      this.#reopenings.shift();
      return next.command;
    }
    // Between two chains users go on, and the chain does nothing else.
    if (this.isReorganising && this.#openMarkets().length === 0) return { kind: "tick" };
    if (!this.isReorganising && this.#needsMarket()) return this.#newMarket();
    const dice = this.#random.below(this.isReorganising ? 84 : 100);
    if (dice < 58) return this.#place();
    if (dice < 66) return this.#amend();
    if (dice < 74) return this.#cancel();
    if (dice < 75) return this.#cancelAll();
    if (dice < 78) return this.#askRelease();
    if (dice < 84) return this.#submitBatch();
    if (dice < 85) return this.#rule();
    if (dice < 86) return this.#random.chance(50) ? { kind: "tick" } : this.#repeatBlock();
    return this.#blockOf(this.#chainEvents());
  }

  #needsMarket(): boolean {
    return this.#seq % 500 === 1 || this.#openMarkets().length < OPEN_MARKETS;
  }

  #openMarkets() {
    return this.#markets.filter(({ closeTime }) => closeTime * 1000 > this.#timeMs);
  }

  #newMarket(): Command {
    const marketId = this.#markets.length + 1;
    const closeTime = Math.floor(this.#timeMs / 1000) + this.#random.between(200, 900);
    this.#markets.push({ marketId, closeTime, isDecided: false });
    const takerFeeBps = this.#random.pick([0, 30, 100, 700]);
    const priceStep = this.#random.pick([1, 1, 10]);
    const events: ChainEvent[] = [marketCreated(marketId, { closeTime, takerFeeBps, priceStep })];
    for (const account of ACCOUNTS) {
      const quantityLots = this.#random.between(0, 2000).toString();
      events.push(this.#deposit(account), this.#split(account, marketId, quantityLots));
    }
    return this.#blockOf(events);
  }

  #place(): Command {
    const random = this.#random;
    if (this.#places.length > 0 && random.chance(2)) return random.pick(this.#places);
    const maker = random.pick(ACCOUNTS);
    const market = random.chance(95)
      ? random.pick(this.#openMarkets())
      : random.pick(this.#markets);
    const timeInForce = random.pick([0, 0, 0, 0, 1, 1, 2, 3, 4, 5] as const);
    const isDated = timeInForce === 1 || timeInForce === 5;
    const outcome = random.pick([0, 1] as const);
    const yesPrice = random.chance(90) ? random.between(470, 530) : random.between(1, 999);
    const order: OrderJson = {
      maker,
      marketId: random.chance(99) ? market.marketId : 999,
      outcome,
      side: random.pick([0, 1] as const),
      price: this.#onStep(outcome === 1 ? yesPrice : 1000 - yesPrice),
      quantity: random.chance(97) ? random.between(1, 300) : random.between(0, 4_294_967_295),
      timeInForce,
      maxFeeBps: random.pick([1000, 1000, 1000, 1000, 100, 0]),
      expiry: isDated ? Math.floor(this.#timeMs / 1000) + random.between(-1, 60) : 0,
      nonce: (random.chance(98) ? ++this.#nonce : random.between(1, this.#nonce + 1)).toString(),
    };
    return this.#signed(order);
  }

  #onStep(price: number): number {
    return this.#random.chance(85) ? Math.max(10, Math.round(price / 10) * 10) % 1000 : price;
  }

  #signed(order: OrderJson, replaces?: Hex): PlaceCommand {
    const random = this.#random;
    const place: PlaceCommand = {
      kind: "place",
      hash: hash(++this.#orders),
      order,
      signature: "0x5e",
      signer: random.chance(85) ? order.maker : random.pick(DELEGATES),
      selfTradePrevention: random.pick(STP),
      ...(random.chance(10) ? { clientId: `id-${random.below(100)}` } : {}),
      ...(replaces === undefined ? {} : { replaces }),
    };
    this.#places.push(place);
    return place;
  }

  /** One of the latest orders, so that many are still open. */
  #recent(): PlaceCommand | undefined {
    const { length } = this.#places;
    return length === 0
      ? undefined
      : this.#places[this.#random.between(Math.max(0, length - 60), length - 1)];
  }

  #amend(): Command {
    const recent = this.#recent();
    if (!recent) return { kind: "tick" };
    const random = this.#random;
    const quantity = Math.max(1, recent.order.quantity + random.between(-50, 20));
    const price = random.chance(60) ? recent.order.price : this.#onStep(random.between(470, 530));
    return this.#signed({ ...recent.order, quantity, price }, recent.hash);
  }

  #cancel(): Command {
    const recent = this.#recent();
    if (!recent) return { kind: "tick" };
    const maker = this.#random.chance(95) ? recent.order.maker : this.#random.pick(ACCOUNTS);
    return { kind: "cancel", maker, hash: recent.hash };
  }

  #cancelAll(): Command {
    const { marketId } = this.#random.pick(this.#markets);
    const maker = this.#random.pick(ACCOUNTS);
    return this.#random.chance(50)
      ? { kind: "cancel_all", maker }
      : { kind: "cancel_all", maker, marketId };
  }

  #askRelease(): Command {
    const account = this.#random.pick(ACCOUNTS);
    const { marketId } = this.#random.pick(this.#markets);
    const kind = this.#random.pick([0, 1, 2, 2] as const);
    const asset = kind === 2 ? "cash" : shareAsset(marketId, kind);
    const most = Math.max(1, this.chain.held(account, asset));
    const amount = this.#random.between(1, this.#random.pick([most, Math.ceil(most / 10)]));
    const deadline = Math.floor(this.#timeMs / 1000) + this.#random.between(1, 60);
    this.#release = { account, asset, amount, nonce: "0", deadline };
    return {
      kind: "release",
      account,
      marketId: kind === 2 ? 0 : marketId,
      asset: kind,
      amount: amount.toString(),
      deadline,
    };
  }

  /** Restarts, holds, and the dead man's switch. What is closed mostly opens again soon. */
  #rule(): Command {
    const random = this.#random;
    const dice = random.below(10);
    if (dice < 5) {
      const timeoutMs = random.pick([0, 1_000, 2_000, 5_000, 20_000]);
      const maker = random.chance(90) ? random.pick(ACCOUNTS) : STRANGER;
      return { kind: "heartbeat", maker, timeoutMs };
    }
    if (dice < 7) {
      const [cancelOnlyMs, postOnlyMs] = [random.below(2_000), random.below(4_000)];
      return this.#closeFor(10, { kind: "restart" }, { kind: "reopen", cancelOnlyMs, postOnlyMs });
    }
    const phase = random.pick(["open", "post_only", "cancel_only"] as const);
    const marketId = random.chance(90) ? random.pick(this.#markets).marketId : 999;
    const scope = random.chance(50) ? {} : { marketId };
    const held = { kind: "hold", phase, ...scope } as const;
    return this.#closeFor(20, held, { kind: "hold", phase: "open", ...scope });
  }

  /** The first of two commands; the second follows at most so many commands later. */
  #closeFor(commands: number, closing: Command, opening: Command): Command {
    const seq = this.#seq + 1 + this.#random.below(commands);
    this.#reopenings.push({ seq, command: opening });
    return closing;
  }

  #submitBatch(): Command {
    const first = this.#submittedThrough + 1;
    const last = Math.min(this.#fills.length, first + this.#random.below(this.#options.batchSize));
    if (last < first) return { kind: "tick" };
    this.#submittedThrough = last;
    const batchId = this.chain.lastBatchId + this.#submittedBatches.push(last);
    return {
      kind: "batch_submitted",
      batchId,
      firstFillSeq: first,
      lastFillSeq: last,
      journalHash: hash(batchId),
      transactionHash: hash(batchId),
    };
  }

  #blockOf(events: ChainEvent[]): Command {
    return this.#blockWith(events.filter((event) => this.chain.apply(event, this.#fills.length)));
  }

  /** The next block, of events that the chain has done already. */
  #blockWith(events: ChainEvent[]): BlockCommand {
    const timestamp = Math.floor(this.#timeMs / 1000);
    const number = ++this.#block;
    const block = { kind: "block", number, hash: hash(++this.#blocks), timestamp, events } as const;
    this.#reorgs?.note(block);
    return block;
  }

  /** A block that was applied before: its events must not count again. */
  #repeatBlock(): Command {
    const number = this.#random.between(Math.min(1, this.#block), this.#block);
    const timestamp = Math.floor(this.#timeMs / 1000);
    const events = [this.#deposit(this.#random.pick(ACCOUNTS))];
    return { kind: "block", number, hash: hash(number), timestamp, events };
  }

  #deposit(account: Address): ChainEvent {
    const amountMicro = this.#random.between(1, 3_000_000).toString();
    return { type: "deposited", account, amountMicro };
  }

  #split(account: Address, marketId: number, quantityLots: string): ChainEvent {
    return { type: "shares_split", account, marketId, quantityLots };
  }

  /** Events that the chain emits by itself or because a user called it. */
  #chainEvents(): ChainEvent[] {
    const random = this.#random;
    const account = random.pick(ACCOUNTS);
    const { marketId } = random.pick(this.#markets);
    const outcome = random.pick([0, 1] as const);
    const effectiveAt = 4_000_000;
    if (this.#isPaused && random.chance(50)) return [this.#pauseOrResume()];
    const dice = random.below(100);
    if (dice < 40) return this.#settle();
    if (dice < 52) return [this.#deposit(account)];
    if (dice < 58) return [this.#split(account, marketId, random.between(1, 500).toString())];
    if (dice < 62) return [this.#requestExit(account, marketId, outcome)];
    if (dice < 66) return this.#executeExit();
    if (dice < 70) return this.#dropExit(account, marketId, outcome);
    if (dice < 76) return this.#useRelease();
    if (dice < 77) return this.#importShares(account, marketId, outcome);
    if (dice < 78) return this.#convert(account, outcome);
    if (dice < 80) {
      const floor = random.between(Math.max(0, this.#nonce - 40), this.#nonce).toString();
      return [{ type: "cancel_floor_raised", account, floor, effectiveAt }];
    }
    if (dice < 83) {
      const nonce = random.between(Math.max(0, this.#nonce - 20), this.#nonce + 5).toString();
      return [{ type: "cancel_requested", account, nonce, effectiveAt }];
    }
    const delegate = random.pick(DELEGATES);
    if (dice < 88) return [{ type: "delegate_added", account, delegate }];
    if (dice < 90) return [{ type: "delegate_removed", account, delegate, effectiveAt }];
    if (this.#isPaused || random.chance(8)) return [this.#pauseOrResume()];
    return this.#decideMarket();
  }

  #settle(): ChainEvent[] {
    const settled = this.chain.settledThrough;
    const end = this.#submittedBatches.shift();
    if (end === undefined) return [];
    const refuses = () => this.#options.chainRefusesFills && this.#random.chance(10);
    return [this.chain.settle(this.#fills.slice(settled, end), refuses)];
  }

  #requestExit(account: Address, marketId: number, outcome: 0 | 1): ChainEvent {
    const executableAt = 4_000_000;
    if (this.#random.chance(50)) {
      const held = this.chain.held(account, "cash");
      const amountMicro = this.#random.between(1, 2 * held + 1).toString();
      return { type: "withdrawal_requested", account, amountMicro, executableAt };
    }
    const quantityLots = this.#random.between(1, 400).toString();
    return { type: "export_requested", account, marketId, outcome, quantityLots, executableAt };
  }

  #executeExit(): ChainEvent[] {
    const executable = this.chain.executable();
    if (executable.length === 0) return [];
    const { account, asset, amount } = this.#random.pick(executable);
    const paid = Math.min(amount, this.chain.held(account, asset));
    return [this.#exit(account, asset, paid, "0")];
  }

  #exit(account: Address, asset: string, amount: number, releaseNonce: string): ChainEvent {
    if (asset === "cash") {
      return { type: "withdrawn", account, amountMicro: amount.toString(), releaseNonce };
    }
    const [marketId, name] = asset.split(":");
    const outcome = name === "yes" ? 1 : 0;
    const quantityLots = amount.toString();
    const shares = { account, marketId: Number(marketId), outcome, quantityLots } as const;
    return { type: "shares_exported", ...shares, releaseNonce };
  }

  #dropExit(account: Address, marketId: number, outcome: 0 | 1): ChainEvent[] {
    if (this.chain.requests.has(`${account} cash`)) {
      return [{ type: "withdrawal_cancelled", account }];
    }
    const asset = shareAsset(marketId, outcome);
    if (!this.chain.requests.has(`${account} ${asset}`)) return [];
    return [{ type: "export_cancelled", account, marketId, outcome }];
  }

  /** A co-signed release reaches the chain at any time that suits its owner. */
  #useRelease(): ChainEvent[] {
    if (this.#granted.length === 0) return [];
    const index = this.#random.below(this.#granted.length);
    const [granted] = this.#granted.splice(index, 1) as [Granted];
    // Some are never used, and past the deadline none can be: what they held returns.
    if (this.#random.chance(30) || granted.deadline * 1000 < this.#timeMs) return [];
    // A delayed exit pays all that is held up to its amount, a release's promise with it.
    if (this.chain.held(granted.account, granted.asset) < granted.amount) return [];
    return [this.#exit(granted.account, granted.asset, granted.amount, granted.nonce)];
  }

  #importShares(account: Address, marketId: number, outcome: 0 | 1): ChainEvent[] {
    const quantityLots = this.#random.between(1, 100).toString();
    return [{ type: "shares_imported", account, marketId, outcome, quantityLots }];
  }

  /** What a conversion credits; the tokens that it burns were out of the engine's sight. */
  #convert(account: Address, outcome: 0 | 1): ChainEvent[] {
    const random = this.#random;
    const marketIds = this.#openMarkets().map(({ marketId }) => marketId);
    const quantityLots = random.between(1, 100).toString();
    const cashMicro = outcome === 1 ? (random.below(3) * 10_000).toString() : "0";
    return [{ type: "positions_converted", account, marketIds, outcome, quantityLots, cashMicro }];
  }

  #pauseOrResume(): ChainEvent {
    this.#isPaused = !this.#isPaused;
    return { type: this.#isPaused ? "trading_paused" : "trading_resumed" };
  }

  #decideMarket(): ChainEvent[] {
    const closed = this.#markets.filter(({ closeTime }) => closeTime * 1000 <= this.#timeMs);
    const market = closed.find(({ isDecided }) => !isDecided);
    const isSettled = this.chain.settledThrough === this.#fills.length;
    if (!market || !isSettled) return [];
    market.isDecided = true;
    const { marketId } = market;
    const payoutYes = this.#random.pick([0, 500, 1000]);
    const isVoid = payoutYes === 500;
    const events: ChainEvent[] = [
      { type: "market_proposed", marketId, payoutYes },
      { type: "market_resolved", marketId, payoutYes, isVoid },
    ];
    for (const account of ACCOUNTS) {
      const yes = this.chain.held(account, shareAsset(marketId, 1));
      const no = this.chain.held(account, shareAsset(marketId, 0));
      const payoutMicro = ((yes * payoutYes + no * (1000 - payoutYes)) * 10).toString();
      const lots = { yesLots: yes.toString(), noLots: no.toString() };
      events.push({ type: "redeemed", account, marketId, ...lots, payoutMicro });
    }
    return events;
  }
}
