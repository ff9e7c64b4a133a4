import { randomBytes } from "node:crypto";
import type { Address, Hex } from "viem";
import type { BusClient } from "../../platform/bus/bus.ts";
import type { EngineReply, UserCommand } from "../../protocol/engine/request.ts";

const MID_TICKS = 500;
const SPREAD_TICKS = 200;
const CANCEL_SHARE = 0.35;
const TAKE_SHARE = 0.15;
const FAK = 3;
const TIMEOUT_MS = 10_000;
/** Orders that are not cancelled yet; with as many, the next command is a cancel. */
const KNOWN_MAX = 500;
const SIGNATURE: Hex = `0x${"11".repeat(65)}`;

function below(bound: number): number {
  return Math.floor(Math.random() * bound);
}

/** Orders and cancels of some accounts in some markets around one price, straight to the engine. */
export class RandomTrading {
  readonly #bus: BusClient;
  readonly #accounts: readonly Address[];
  readonly #markets: readonly number[];
  readonly #known: { maker: Address; hash: Hex }[] = [];
  #nonce = 0;
  accepted = 0;
  refused = 0;

  constructor(bus: BusClient, accounts: readonly Address[], markets: readonly number[]) {
    this.#bus = bus;
    this.#accounts = accounts;
    this.#markets = markets;
  }

  /** Sends so many commands at once, and resolves when they are durable. */
  async send(count: number): Promise<void> {
    const commands = Array.from({ length: count }, () => this.#next());
    const result = await this.#bus.request(
      { type: "commands", commands },
      { timeoutMs: TIMEOUT_MS },
    );
    if (!result.ok) throw new Error(`the engine answered ${result.code}`);
    const { verdicts } = result.reply as Extract<EngineReply, { type: "commands" }>;
    for (const { ok } of verdicts as { ok: boolean }[]) {
      if (ok) this.accepted += 1;
      else this.refused += 1;
    }
  }

  #next(): UserCommand {
    const isDue = this.#known.length >= KNOWN_MAX || Math.random() < CANCEL_SHARE;
    const [one] = isDue ? this.#known.splice(below(this.#known.length), 1) : [];
    if (one) return { kind: "cancel", ...one };
    const maker = this.#accounts[below(this.#accounts.length)] as Address;
    const hash: Hex = `0x${randomBytes(32).toString("hex")}`;
    this.#known.push({ maker, hash });
    return {
      kind: "place",
      hash,
      order: {
        maker,
        marketId: this.#markets[below(this.#markets.length)] as number,
        outcome: below(2) as 0 | 1,
        side: 0,
        price: MID_TICKS - SPREAD_TICKS / 2 + below(SPREAD_TICKS),
        quantity: 1 + below(50),
        timeInForce: Math.random() < TAKE_SHARE ? FAK : 0,
        maxFeeBps: 0,
        expiry: 0,
        nonce: String(++this.#nonce),
      },
      signature: SIGNATURE,
      signer: maker,
      selfTradePrevention: "cancel_resting",
    };
  }
}
