import type { Address } from "viem";
import type { OrderJson } from "../../../protocol/engine/command.ts";
import { LOTS_PER_SHARE, PRICE_SCALE } from "../../../protocol/units.ts";

/** An order with one field, or a pair that is easily swapped, as it may have been signed. */
export interface WrongFields {
  field: keyof OrderJson;
  value: string;
  hint: string;
  order: OrderJson;
}

type Guess = readonly [value: number, hint: string];

const MAX_UINT64 = 2n ** 64n - 1n;
const MICRO_PER_LOT_OF_SHARES = 10_000;
const MS_PER_SECOND = 1000;
const SWAPPED = "outcome (1 YES, 0 NO) and side (0 BUY, 1 SELL) are swapped between the two.";
const SENT_OTHER = "The order that was sent is not the one that was signed.";

function prices(price: number): Guess[] {
  const inMicro = "A price is signed in ticks of 0.001, as it is sent.";
  return [
    [PRICE_SCALE - price, "A price is that of the order's own outcome, not of the other one."],
    [price / 10, "A price is signed in ticks of 0.001, not in cents."],
    [price * 10, inMicro],
    [price / PRICE_SCALE, inMicro],
    [price * PRICE_SCALE, inMicro],
    [price * 100, inMicro],
    [price / 100, inMicro],
    [price - 1, "The price was rounded after it was signed."],
    [price + 1, "The price was rounded after it was signed."],
  ];
}

function quantities(quantity: number): Guess[] {
  const inShares = "A quantity is signed in lots of 0.01 share, not in shares.";
  const inMicro = "A quantity is signed in lots of 0.01 share, not in millionths.";
  return [
    [quantity / LOTS_PER_SHARE, inShares],
    [quantity * LOTS_PER_SHARE, inShares],
    [quantity * MICRO_PER_LOT_OF_SHARES, inMicro],
    [quantity / MICRO_PER_LOT_OF_SHARES, inMicro],
    [quantity - 1, SENT_OTHER],
    [quantity + 1, SENT_OTHER],
    [0, SENT_OTHER],
  ];
}

function expiries(expiry: number): Guess[] {
  const unit = "An expiry is signed in seconds, not in milliseconds.";
  return [
    [expiry * MS_PER_SECOND, unit],
    [Math.floor(expiry / MS_PER_SECOND), unit],
    [0, "The order was signed without an expiry."],
    [expiry - 1, SENT_OTHER],
    [expiry + 1, SENT_OTHER],
  ];
}

function numbers(order: OrderJson, takerFeeBps: number | null): [keyof OrderJson, Guess[]][] {
  const { marketId, outcome, side, timeInForce, maxFeeBps } = order;
  const other = (values: readonly number[], now: number, hint = SENT_OTHER): Guess[] =>
    values.filter((value) => value !== now).map((value) => [value, hint]);
  return [
    ["marketId", other([0, 1, marketId - 1, marketId + 1], marketId)],
    ["outcome", other([0, 1], outcome, "outcome is 1 for YES and 0 for NO.")],
    ["side", other([0, 1], side, "side is 0 for BUY and 1 for SELL.")],
    ["price", prices(order.price)],
    ["quantity", quantities(order.quantity)],
    ["timeInForce", other([0, 1, 2, 3, 4, 5], timeInForce)],
    ["maxFeeBps", other([0, 100, 10_000, 65_535, takerFeeBps ?? 0], maxFeeBps)],
    ["expiry", expiries(order.expiry)],
  ];
}

function* nonces(nonce: string): Generator<readonly [string, string]> {
  const value = BigInt(nonce);
  const rounded = BigInt(Number(nonce));
  const lost = "The nonce lost digits as a floating-point number: sign and send it as a bigint.";
  if (rounded !== value && rounded <= MAX_UINT64) yield [rounded.toString(), lost];
  for (const near of [value - 1n, value + 1n, 0n]) {
    if (near !== value && near >= 0n && near <= MAX_UINT64) yield [near.toString(), SENT_OTHER];
  }
}

/**
 * What an order may have been when it was signed: one field other than it was sent, in the order of the fields.
 * `makers`: who else it may have named. A bounded number.
 */
export function* wrongFields(
  order: OrderJson,
  context: { makers: Iterable<Address>; takerFeeBps: number | null },
): Generator<WrongFields> {
  for (const maker of context.makers) {
    const hint = "The order was signed for another maker than it was sent for.";
    if (maker !== order.maker)
      yield { field: "maker", value: maker, hint, order: { ...order, maker } };
  }
  for (const [field, guesses] of numbers(order, context.takerFeeBps)) {
    for (const [value, hint] of guesses) {
      if (!Number.isSafeInteger(value) || value < 0 || value === order[field]) continue;
      yield { field, value: String(value), hint, order: { ...order, [field]: value } };
    }
  }
  for (const [nonce, hint] of nonces(order.nonce)) {
    yield { field: "nonce", value: nonce, hint, order: { ...order, nonce } };
  }
  const { outcome, side } = order;
  if (outcome !== side) {
    const swapped = { ...order, outcome: side, side: outcome };
    yield { field: "outcome", value: String(side), hint: SWAPPED, order: swapped };
  }
}
