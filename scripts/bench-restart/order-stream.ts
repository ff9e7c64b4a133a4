import { createHash } from "node:crypto";
import type { Address, Hex } from "viem";
import type { BlockCommand, Command, PlaceCommand } from "../../protocol/engine/command.ts";

const ACCOUNTS = 2_000;
const MARKETS = 100;
const DAY_SECONDS = 86_400;
/** One command in so many is a cancel of an order that rests. */
const CANCEL_EVERY = 10;
const CLIENT_ID_EVERY = 5;
const EXPIRY_EVERY = 10;

function hex(text: string, digits: number): Hex {
  let bytes = "";
  for (let part = 0; bytes.length < digits; part++) {
    bytes += createHash("sha256").update(`${text} ${part}`).digest("hex");
  }
  return `0x${bytes.slice(0, digits)}`;
}

function accountOf(index: number): Address {
  return hex(`account ${index}`, 40);
}

/** Markets that stay open for a day, and collateral for every account. */
export function openingBlock(nowMs: number): BlockCommand {
  const timestamp = Math.floor(nowMs / 1_000);
  const markets = Array.from({ length: MARKETS }, (_, i) => ({
    type: "market_created" as const,
    marketId: i + 1,
    groupId: null,
    slug: `market-${i + 1}`,
    question: `Will it be ${i + 1}?`,
    rules: "As the source says, at the time it says.",
    category: "bench",
    resolver: accountOf(-1),
    closeTime: timestamp + DAY_SECONDS,
    resolveDeadline: timestamp + 2 * DAY_SECONDS,
    takerFeeBps: 0,
    priceStep: 1,
  }));
  const deposits = Array.from({ length: ACCOUNTS }, (_, i) => ({
    type: "deposited" as const,
    account: accountOf(i),
    amountMicro: "1000000000000",
  }));
  return {
    kind: "block",
    number: 2,
    hash: hex("block", 64),
    timestamp,
    events: [...markets, ...deposits],
  };
}

/**
 * Signed orders as they come from the door, in rising number, and cancels of earlier ones. Both sides stay
 * on their half of the prices, so that all rest: what a restart has to bring back.
 */
export class OrderStream {
  readonly #accounts = Array.from({ length: ACCOUNTS }, (_, i) => accountOf(i));
  readonly #expiry = Math.floor(Date.now() / 1_000) + DAY_SECONDS / 2;
  #placed = 0;
  #commands = 0;
  /** Of the last orders placed, the next to be cancelled. */
  #toCancel: PlaceCommand | null = null;

  next(): Command {
    const cancelled = this.#toCancel;
    if (++this.#commands % CANCEL_EVERY === 0 && cancelled !== null) {
      this.#toCancel = null;
      return { kind: "cancel", maker: cancelled.order.maker, hash: cancelled.hash };
    }
    const command = this.#place(this.#placed++);
    this.#toCancel ??= command;
    return command;
  }

  #place(id: number): PlaceCommand {
    const hash = hex(`order ${id}`, 64);
    const random = Number.parseInt(hash.slice(2, 10), 16);
    const maker = this.#accounts[id % ACCOUNTS] as Address;
    const isDated = id % EXPIRY_EVERY === 0;
    return {
      kind: "place",
      hash,
      order: {
        maker,
        marketId: 1 + (random % MARKETS),
        outcome: (random & 0x100) === 0 ? 0 : 1,
        side: 0,
        price: 1 + ((random >>> 9) % 499),
        quantity: 1 + (random >>> 20),
        timeInForce: isDated ? 1 : 0,
        maxFeeBps: 100,
        expiry: isDated ? this.#expiry : 0,
        nonce: ((77n << 24n) | BigInt(1 + Math.floor(id / ACCOUNTS))).toString(),
      },
      signature: hex(`signature ${id}`, 130),
      signer: maker,
      selfTradePrevention: "cancel_resting",
      ...(id % CLIENT_ID_EVERY === 0 ? { clientId: `bench-${id}` } : {}),
    };
  }
}
