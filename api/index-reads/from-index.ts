import { ApiProblem } from "../problem.ts";

/** The index has not made its views yet, or is just replacing them. */
const NOT_THERE = new Set(["42P01", "3F000", "42501"]);

/** Runs one read of the index's views. @throws ApiProblem `index_unavailable` while they are not there. */
export async function fromIndex<Value>(read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (cause) {
    const code = (cause as { code?: unknown } | null)?.code;
    if (typeof code !== "string" || !NOT_THERE.has(code)) throw cause;
    throw new ApiProblem("index_unavailable", { cause, retryAfterSeconds: 1 });
  }
}

/** As `fromIndex`, for figures that a reply can do without: null while the index is not there. */
export async function fromIndexOrNull<Value>(read: () => Promise<Value>): Promise<Value | null> {
  try {
    return await fromIndex(read);
  } catch (error) {
    if (error instanceof ApiProblem && error.code === "index_unavailable") return null;
    throw error;
  }
}
