import { createHash } from "node:crypto";

/** JSON with the keys of each object in order, so that their order in a request does not matter. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    const entries = Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries);
  });
}

/** What makes two requests the same: the parts of the parsed input. 32 bytes. */
export function requestFingerprint(input: {
  params: unknown;
  query: unknown;
  body: unknown;
}): Buffer {
  const { params = null, query = null, body = null } = input;
  return createHash("sha256")
    .update(canonicalJson([params, query, body]))
    .digest();
}
