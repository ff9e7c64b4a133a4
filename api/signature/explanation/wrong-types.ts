import { keccak256, toBytes } from "viem";
import { ORDER_TYPES } from "../../../protocol/order-hash.ts";
import type { SignatureDifference } from "./signature-difference.ts";

type Field = { name: string; type: string };

/** A struct type that differs from `Order` in one place. */
export interface WrongType {
  typeHash: Uint8Array;
  difference: SignatureDifference;
  /** Which field, by its place, the type lacks. */
  omitted: number | null;
  /** Whether the nonce is text: then its word is the hash of that. */
  isNonceText: boolean;
}

const FIELDS: readonly Field[] = ORDER_TYPES.Order;
const WIDE = "uint256";
const HINT =
  "Sign with the types that GET /v1/exchange lists: names, order and widths belong to the hash.";

function typeHash(fields: readonly Field[]): Uint8Array {
  return keccak256(
    toBytes(`Order(${fields.map(({ type, name }) => `${type} ${name}`).join(",")})`),
    "bytes",
  );
}

function wrongType(
  fields: readonly Field[],
  facts: { field: string; signed: string; needed: string },
  more: { omitted?: number; isNonceText?: boolean } = {},
): WrongType {
  const { omitted = null, isNonceText = false } = more;
  return { typeHash: typeHash(fields), difference: { ...facts, hint: HINT }, omitted, isNonceText };
}

function retyped(name: string, type: string): Field[] {
  return FIELDS.map((field) => (field.name === name ? { name, type } : field));
}

/** The types that come of the usual slips: all integers wide, one of them wide, one field missing, a nonce as text. */
export function wrongTypes(): WrongType[] {
  const integers = FIELDS.filter(({ type }) => type.startsWith("uint"));
  const widths = integers.map(({ name, type }) =>
    wrongType(retyped(name, WIDE), { field: `type.${name}`, signed: WIDE, needed: type }),
  );
  const missing = FIELDS.map(({ name, type }, omitted) =>
    wrongType(
      FIELDS.filter((field) => field.name !== name),
      { field: `type.${name}`, signed: "(no such field)", needed: type },
      { omitted },
    ),
  );
  const allWide = FIELDS.map(({ name, type }) => ({
    name,
    type: type.startsWith("uint") ? WIDE : type,
  }));
  const all = { field: "type", signed: `every integer as ${WIDE}`, needed: "uint8 … uint64" };
  const text = { field: "type.nonce", signed: "string", needed: "uint64" };
  return [
    wrongType(allWide, all),
    wrongType(retyped("nonce", "string"), text, { isNonceText: true }),
    ...widths,
    ...missing,
  ];
}
