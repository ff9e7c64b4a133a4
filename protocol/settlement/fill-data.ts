import type { Outcome, Side } from "../units.ts";

/** What one `FillSettled` event tells in its packed word. A leg is which outcome a side trades, and how. */
export interface FillData {
  takerNonce: bigint;
  makerNonce: bigint;
  feeMicro: bigint;
  quantityLots: number;
  yesPriceTicks: number;
  takerLeg: Leg;
  makerLeg: Leg;
}

export interface Leg {
  outcome: Outcome;
  side: Side;
}

/**
 * Unpacks the word of a `FillSettled` event. High bits first: takerNonce 64 | makerNonce 64 |
 * feeMicro 64 | quantityLots 32 | yesPriceTicks 16 | takerLeg 8 | makerLeg 8.
 */
export function decodeFillData(word: bigint): FillData {
  const field = (shift: bigint, bits: number) => BigInt.asUintN(bits, word >> shift);
  return {
    takerNonce: field(192n, 64),
    makerNonce: field(128n, 64),
    feeMicro: field(64n, 64),
    quantityLots: Number(field(32n, 32)),
    yesPriceTicks: Number(field(16n, 16)),
    takerLeg: decodeLeg(Number(field(8n, 8))),
    makerLeg: decodeLeg(Number(field(0n, 8))),
  };
}

/** A leg is `outcome | side << 1`. */
function decodeLeg(leg: number): Leg {
  return { outcome: (leg & 1) as Outcome, side: ((leg >> 1) & 1) as Side };
}
