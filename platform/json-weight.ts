/** Stands for the digits of a number, and for what frames a member: its quotes, colon and comma. */
const SMALL = 8;

function arrayWeight(values: readonly unknown[]): number {
  let weight = SMALL;
  for (let i = 0; i < values.length; i++) weight += weigh(values[i]);
  return weight;
}

function objectWeight(value: object): number {
  // JSON would take any other by its own rules, or lose what it is.
  if (Object.getPrototypeOf(value) !== Object.prototype) return Number.NaN;
  let weight = SMALL;
  for (const key in value) {
    weight += key.length + SMALL + weigh((value as Record<string, unknown>)[key]);
  }
  return weight;
}

/** NaN, which no addition loses, where JSON would not give the value back as it is. */
function weigh(value: unknown): number {
  switch (typeof value) {
    case "string":
      return value.length + SMALL;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0) ? SMALL : Number.NaN;
    case "boolean":
      return SMALL;
    case "object":
      if (value === null) return SMALL;
      return Array.isArray(value) ? arrayWeight(value) : objectWeight(value);
    default:
      return Number.NaN;
  }
}

/**
 * About how many characters the JSON of a value has; null when the value would not come back from JSON equal
 * to what it is: something undefined, a bigint, a class, a number without end.
 */
export function jsonWeight(value: unknown): number | null {
  const weight = weigh(value);
  return Number.isNaN(weight) ? null : weight;
}
