import { type Hex, keccak256, numberToHex } from "viem";
import type { Emission } from "../offchain-engine/chain/emitter.ts";
import type { World } from "./host.ts";
import { type ExchangeTimes, ModelExchange, Refused } from "./model-exchange.ts";

/** A user's call, or the operator's: what it does to the exchange. @throws Refused when it fails. */
export type Effect = (exchange: ModelExchange, nowSeconds: number) => Emission[];

/** A transaction of somebody; the operator's have nonce and fees, since they compete. */
export interface Transaction {
  hash: Hex;
  name: string;
  effect: Effect;
  operator: { nonce: number; maxFeePerGas: bigint; tip: bigint; data: Hex } | null;
}

export interface MinedTransaction {
  transaction: Transaction;
  status: "0x1" | "0x0";
  logs: Emission[];
}

export interface Block {
  number: number;
  hash: Hex;
  timestamp: number;
  baseFeePerGas: bigint;
  mined: MinedTransaction[];
  /** After the block. */
  exchange: ModelExchange;
  operatorNonce: number;
}

const USUAL_BASE_FEE = 10n ** 9n;
const GENESIS_AGE_SECONDS = 60;
const RECENT_BLOCKS = 8;

/** A chain of blocks with the exchange's model in it, a pool of waiting transactions, and reorganisations. */
export class ModelChain {
  readonly blocks: Block[];
  waiting: Transaction[] = [];
  baseFeePerGas = USUAL_BASE_FEE;
  readonly #world: World;
  #hashes = 0;

  constructor(world: World, times: ExchangeTimes) {
    this.#world = world;
    const timestamp = Math.floor(world.scheduler.nowMs / 1_000) - GENESIS_AGE_SECONDS;
    const refuses = () => world.scheduler.random.below(10_000) < world.faults.skip;
    const exchange = new ModelExchange(times, refuses);
    const genesis = { number: 0, hash: this.#newHash(), timestamp, exchange, operatorNonce: 0 };
    this.blocks = [{ ...genesis, mined: [], baseFeePerGas: USUAL_BASE_FEE }];
  }

  get head(): Block {
    return this.blocks.at(-1) as Block;
  }

  send(name: string, effect: Effect): Transaction {
    const transaction = { hash: this.#newHash(), name, effect, operator: null };
    this.waiting.push(transaction);
    return transaction;
  }

  /** Whether somebody used that nonce of the operator already, or a transaction with it waits. */
  pendingWithNonce(nonce: number): Transaction | undefined {
    return this.waiting.find(({ operator }) => operator?.nonce === nonce);
  }

  find(hash: Hex, through: number): { block: Block; mined: MinedTransaction } | null {
    for (let at = Math.min(through, this.blocks.length - 1); at > 0; at--) {
      const block = this.blocks[at] as Block;
      const mined = block.mined.find(({ transaction }) => transaction.hash === hash);
      if (mined) return { block, mined };
    }
    return null;
  }

  /** A block with all that waits. */
  mineAll(): void {
    this.#mine(this.waiting);
  }

  /** A block with some of what waits, in an order of the miner's choice. */
  mine(): void {
    this.#mine(this.#choose(this.head.operatorNonce));
  }

  #mine(taken: Transaction[]): void {
    const parent = this.head;
    const number = parent.number + 1;
    const seconds = Math.floor(this.#world.scheduler.nowMs / 1_000);
    const timestamp = Math.max(parent.timestamp + 1, seconds);
    const exchange = parent.exchange.copy();
    const mined = taken.map((transaction) => execute(transaction, exchange, timestamp));
    this.waiting = this.waiting.filter((transaction) => !taken.includes(transaction));
    const used = taken.filter(({ operator }) => operator !== null).length;
    const operatorNonce = parent.operatorNonce + used;
    this.waiting = this.waiting.filter(({ operator: o }) => o === null || o.nonce >= operatorNonce);
    const hash = this.#newHash();
    const { baseFeePerGas } = this;
    this.blocks.push({ number, hash, timestamp, baseFeePerGas, mined, exchange, operatorNonce });
    exchange.checkConservation();
    const names = mined.map(
      ({ transaction, status }) => transaction.name + (status === "0x1" ? "" : "✗"),
    );
    this.#world.scheduler.say(`block ${number} [${names.join(", ")}]`);
  }

  /** The newest `depth` blocks go; their transactions wait again, but for some; longer blocks follow. */
  reorganise(depth: number): void {
    const { scheduler } = this.#world;
    const gone = this.blocks.splice(Math.max(1, this.blocks.length - depth));
    scheduler.say(`reorg: ${gone.length} blocks are gone`);
    for (const { mined } of gone) {
      for (const { transaction } of mined) {
        if (scheduler.random.chance(85)) this.waiting.push(transaction);
      }
    }
    for (let block = 0; block <= gone.length; block++) this.mine();
  }

  /** One of what waits is forgotten. */
  drop(): void {
    if (this.waiting.length === 0) return;
    const dropped = this.#world.scheduler.random.pick(this.waiting);
    this.waiting = this.waiting.filter((transaction) => transaction !== dropped);
    this.#world.scheduler.say(`${dropped.name} is dropped`);
  }

  /**
   * The operator's key is used elsewhere: a transaction that does nothing takes its next nonce, or one that sends a
   * batch once more that was sent before.
   */
  useNonce(): void {
    const nonce = this.head.operatorNonce;
    const ours = this.pendingWithNonce(nonce);
    const twin = this.#world.scheduler.random.chance(50) ? this.#sentBatch() : undefined;
    if (ours) this.waiting = this.waiting.filter((transaction) => transaction !== ours);
    const data = twin?.operator?.data ?? "0x";
    const operator = { nonce, maxFeePerGas: 10n ** 18n, tip: 10n ** 18n, data };
    const name = twin ? `again ${twin.name}` : "foreign";
    const effect = twin?.effect ?? (() => []);
    this.waiting.push({ hash: this.#newHash(), name, effect, operator });
  }

  /** A transaction of the operator that waits or was mined lately. */
  #sentBatch(): Transaction | undefined {
    const { random } = this.#world.scheduler;
    const mined = this.blocks.slice(-RECENT_BLOCKS).flatMap((block) => block.mined);
    const all = [...this.waiting, ...mined.map(({ transaction }) => transaction)];
    const sent = all.filter(({ operator }) => operator !== null && operator.data !== "0x");
    return sent.length === 0 ? undefined : random.pick(sent);
  }

  #choose(operatorNonce: number): Transaction[] {
    const { random } = this.#world.scheduler;
    const users = this.waiting.filter(({ operator }) => operator === null && random.chance(80));
    const chosen: Transaction[] = [];
    for (let nonce = operatorNonce; ; nonce++) {
      const next = this.pendingWithNonce(nonce);
      if (!next?.operator || next.operator.maxFeePerGas < this.baseFeePerGas) break;
      if (random.chance(15)) break;
      chosen.push(next);
    }
    for (const user of users) chosen.splice(random.below(chosen.length + 1), 0, user);
    return chosen;
  }

  #newHash(): Hex {
    return keccak256(numberToHex(++this.#hashes));
  }
}

function execute(transaction: Transaction, exchange: ModelExchange, now: number): MinedTransaction {
  try {
    return { transaction, status: "0x1", logs: transaction.effect(exchange, now) };
  } catch (error) {
    if (error instanceof Refused) return { transaction, status: "0x0", logs: [] };
    throw error;
  }
}
