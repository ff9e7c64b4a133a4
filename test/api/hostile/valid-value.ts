import type { Source } from "./source.ts";

/** A JSON schema, as far as the request schemas use it. */
export interface JsonSchema {
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
}

/** What the world has to offer where a schema asks for a name of something. */
export interface KnownThings {
  slugs: string[];
  hashes: string[];
  /** Of orders that are another's. */
  othersHashes: string[];
  addresses: string[];
  clientIds: string[];
  credentialIds: string[];
  /** Of whatever list. */
  cursors: string[];
}

/** Texts for the patterns of the wire's scalars; a pattern that is not among them is a defect of this table. */
const BY_PATTERN: Record<string, (source: Source, known: KnownThings) => string> = {
  "^0x[0-9a-fA-F]{40}$": (source, known) =>
    source.percent(80) ? source.pick(known.addresses) : source.hex(20),
  "^0x[0-9a-fA-F]{64}$": (source, known) => {
    if (source.percent(20)) return source.hex(32);
    return source.pick(source.percent(50) ? known.othersHashes : known.hashes);
  },
  "^0x([0-9a-fA-F]{128}|[0-9a-fA-F]{130})$": (source) => source.hex(source.pick([64, 65])),
  "^0x([0-9a-fA-F]{2})*$": (source) => source.hex(source.below(200)),
  "^(0|[1-9][0-9]{0,19})$": (source) => String(source.below(2 ** 31)),
  "^[0-9]{1,16}$": (source) => String(source.pick([0, 1, 1_000, 2 ** 40, 9_999_999_999_999])),
  "^-?[0-9]+$": (source) => String(source.pick([-1, 0, 1, 1_000_000, 2 ** 52])),
  "^[a-z0-9]+(-[a-z0-9]+)*$": (source, known) =>
    source.percent(85) ? source.pick(known.slugs) : `no-such-${source.below(1_000)}`,
  "^[A-Za-z0-9._:-]{1,64}$": (source, known) =>
    source.percent(80) ? source.pick(known.clientIds) : `mine-${source.below(1_000)}`,
  "^[0-9a-f]{32}$": (source, known) =>
    source.percent(80) ? source.pick(known.credentialIds) : source.hex(16).slice(2),
  "^[1-9][0-9]{0,14}$": (source) => String(1 + source.below(5)),
  "^[1-9][0-9]{0,36}$": (source) => String(1 + source.below(2 ** 31)),
  "^[0-9]{1,25}$": (source) => String(source.below(2 ** 31)),
  "^[A-Z0-9]{2,10}$": (source) => source.pick(["ETH", "DOGE"]),
  "^[a-z0-9-]+(,[a-z0-9-]+)*$": (source, known) =>
    Array.from({ length: 1 + source.below(4) }, () => source.pick(known.slugs)).join(","),
  "^[^\\p{C}]*$": (source) => `key ${source.below(1_000)}`,
};

/** A value that the schema takes. @throws Error for a pattern that is not known here. */
export function validValue(
  schema: JsonSchema,
  source: Source,
  known: KnownThings,
  { defs = schema.$defs ?? {}, name = "" } = {},
): unknown {
  const within = (inner: JsonSchema, key = name) =>
    validValue(inner, source, known, { defs, name: key });
  if (schema.$ref !== undefined) {
    return within(defs[schema.$ref.replace("#/$defs/", "")] as JsonSchema);
  }
  if ("const" in schema) return schema.const;
  if (schema.enum) return source.pick(schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return within(source.pick(choices));
  if (schema.type === "object") return validObject(schema, source, within);
  if (schema.type === "array") {
    const { minItems = 0, maxItems = 20, items = {} } = schema;
    const count = minItems + source.below(Math.min(maxItems - minItems, 5) + 1);
    return Array.from({ length: count }, () => within(items));
  }
  if (schema.type === "integer" || schema.type === "number") {
    const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = schema;
    const span = Math.min(maximum - minimum, 2 ** 31);
    return source.pick([minimum, maximum, minimum + source.below(span + 1)]);
  }
  return schema.type === "string" ? validText(schema, source, known, name) : null;
}

function validObject(
  schema: JsonSchema,
  source: Source,
  within: (inner: JsonSchema, key: string) => unknown,
): Record<string, unknown> {
  const { properties = {}, required = [] } = schema;
  const entries = Object.entries(properties)
    .filter(([key]) => required.includes(key) || source.percent(40))
    .map(([key, inner]) => [key, within(inner, key)]);
  return Object.fromEntries(entries);
}

function validText(schema: JsonSchema, source: Source, known: KnownThings, name: string): string {
  const { pattern, minLength = 0, maxLength = 20 } = schema;
  if (pattern !== undefined) {
    const make = BY_PATTERN[pattern];
    if (!make) throw new Error(`no text is known for the pattern ${pattern}`);
    return make(source, known);
  }
  if (name === "cursor" && source.percent(80)) return source.pick(known.cursors);
  const length = Math.max(minLength, Math.min(maxLength, 8 + source.below(20)));
  return Array.from({ length }, () => source.pick([..."abc def 123"]))
    .join("")
    .padEnd(length, "x");
}
