/** A `numeric` that is whole, without the scale of zeros that Postgres may write after it. */
export function wholeNumber(numeric: string): string {
  return numeric.replace(/\.0+$/, "");
}
