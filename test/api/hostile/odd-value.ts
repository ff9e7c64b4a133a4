import type { Source } from "./source.ts";

const ODD: readonly ((source: Source) => unknown)[] = [
  () => null,
  () => true,
  () => -1,
  () => 0,
  () => 0.5,
  () => 1e308,
  () => -1e-308,
  () => 2 ** 31,
  () => 2 ** 32,
  () => 2 ** 53,
  () => "",
  () => " ",
  () => "0",
  () => "-0",
  () => "1e3",
  () => "18446744073709551616",
  () => "9".repeat(400),
  () => "\u0000",
  () => "a\u0000b",
  () => "\ud800",
  () => "\u202Etxt",
  () => "𝟙𝟚",
  () => "' OR 1=1 --",
  () => "%00%ff",
  () => "../../etc/passwd",
  () => "<script>alert(1)</script>",
  () => "__proto__",
  () => "x".repeat(5_000),
  (source) => "é".repeat(source.below(3_000)),
  (source) => source.hex(1 + source.below(70)),
  () => [],
  () => [[[[[[]]]]]],
  () => ({}),
  () => ({ $ne: null }),
  () => ({ toString: 1, valueOf: 1, toJSON: 1 }),
  () => ({ length: 1e9 }),
  () => Array.from({ length: 300 }, (_, i) => i),
];

/** A value that stands where another should. */
export function oddValue(source: Source): unknown {
  return source.pick(ODD)(source);
}

type Container = Record<string, unknown> | unknown[];

function isContainer(value: unknown): value is Container {
  return value !== null && typeof value === "object";
}

/** Every place in a JSON value: its container and its key there. */
function places(value: unknown, found: [Container, string][] = []): [Container, string][] {
  if (!isContainer(value)) return found;
  for (const key of Object.keys(value)) {
    found.push([value, key]);
    places((value as Record<string, unknown>)[key], found);
  }
  return found;
}

/** The JSON value with one thing about it changed: a value, a key, an element. */
export function mutated(value: unknown, source: Source): unknown {
  const copy = structuredClone(value);
  const all = places(copy);
  if (all.length === 0) return oddValue(source);
  const [container, key] = source.pick(all);
  const within = container as Record<string, unknown>;
  const old = within[key];
  const kind = source.below(10);
  if (kind === 0 && !Array.isArray(container)) delete within[key];
  else if (kind === 1 && !Array.isArray(container)) within[`${key}_`] = oddValue(source);
  else if (kind === 2 && Array.isArray(container)) container.push(...container.slice(0, 200));
  else if (kind === 3 && typeof old === "number") within[key] = old + source.pick([1, -1, 2 ** 16]);
  else if (kind === 4) within[key] = [old];
  else if (kind === 5) within[key] = { value: old };
  else if (kind === 6 && typeof old === "number") within[key] = String(old);
  else if (kind === 7 && typeof old === "string") within[key] = changedText(old, source);
  else within[key] = oddValue(source);
  return copy;
}

function changedText(text: string, source: Source): string {
  const at = source.below(text.length + 1);
  return source.pick([
    text.toUpperCase(),
    text.slice(0, at),
    `${text.slice(0, at)}${source.pick(["0", "f", "\n", "\u0000", "é", " "])}${text.slice(at + 1)}`,
    text + text,
    ` ${text}`,
  ]);
}
