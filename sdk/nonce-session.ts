import { AgonError } from "./agon-error.ts";

const COUNT_BITS = 24n;
const COUNT_MAX = (1n << COUNT_BITS) - 1n;
const PREFIX_BITS = 40n;
const PREFIX_MAX = (1n << PREFIX_BITS) - 1n;

/**
 * Gives out order nonces without asking anybody: a random 40-bit prefix and a 24-bit count, so that
 * a session's orders share storage lanes and two sessions of one account do not collide.
 */
export interface NonceSession {
  /** The next unused nonce. */
  next(): bigint;
  /** From now on no nonce below `floor` is given out: an account's cancel floor voids those. */
  raiseFloor(floor: bigint): void;
}

/** Uniform in 0 … 2⁴⁰ − 1. */
export function randomPrefix(): bigint {
  const bytes = crypto.getRandomValues(new Uint8Array(5));
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** `drawPrefix` is the source of prefixes; tests give their own. */
export function createNonceSession(drawPrefix: () => bigint = randomPrefix): NonceSession {
  let floor = 0n;
  let prefix = drawPrefix() & PREFIX_MAX;
  let count = 0n;

  /** A prefix whose every nonce is at or above the floor, spread over what the floor leaves. */
  function renew() {
    const lowest = (floor + COUNT_MAX) >> COUNT_BITS;
    if (lowest > PREFIX_MAX) {
      throw new AgonError("nonce_below_floor", { detail: "The floor leaves no nonces." });
    }
    prefix = lowest + ((drawPrefix() & PREFIX_MAX) % (PREFIX_MAX - lowest + 1n));
    count = 0n;
  }

  return {
    next() {
      if (count > COUNT_MAX) renew();
      if (((prefix << COUNT_BITS) | count) < floor) renew();
      return (prefix << COUNT_BITS) | count++;
    },
    raiseFloor(next) {
      if (next > floor) floor = next;
    },
  };
}
