import {
  SKIP_REASON_MAKER,
  SkipReason,
  skipReasonFault,
} from "../../protocol/settlement/skip-reason.ts";
import type { ExchangeReply } from "../../protocol/wire/exchange.ts";

/** The fields of a `FillSettled` event's word from the high bits on, with their widths. */
const FILL_FIELDS: readonly [name: string, bits: number][] = [
  ["takerNonce", 64],
  ["makerNonce", 64],
  ["feeMicro", 64],
  ["quantityLots", 32],
  ["yesPriceTicks", 16],
  ["takerLeg", 8],
  ["makerLeg", 8],
];

function fillFields() {
  let shift = 256;
  return FILL_FIELDS.map(([name, bits]) => {
    shift -= bits;
    return { name, shift, bits };
  });
}

/** How `FillSettled.data` is packed, and what the reasons of `FillSkipped` mean. */
export function settlementEvents(): ExchangeReply["settlementEvents"] {
  return {
    fillData: {
      what: "`data` of `FillSettled`, a packed word: field = (data >> shift) & (2^bits − 1).",
      fields: fillFields(),
      leg: "outcome | side << 1. The price is of YES; that of NO is 1000 less it.",
    },
    skipReasons: {
      what: "`reason` of `FillSkipped`: the low seven bits are one of `reasons`; with `makerFlag` set, the maker's order is at fault, without it the taker's. A fault of the `meeting` is of neither.",
      makerFlag: SKIP_REASON_MAKER,
      reasons: Object.entries(SkipReason).map(([name, reason]) => ({
        reason,
        name,
        fault: skipReasonFault(reason) === null ? ("meeting" as const) : ("order" as const),
      })),
    },
  };
}
