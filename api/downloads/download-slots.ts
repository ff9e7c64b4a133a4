import { ApiProblem } from "../problem.ts";

export const SLOTS_PER_CLIENT = 2;
export const SLOTS_MAX = 20;
const RETRY_SECONDS = 5;

/** Downloads under way, bounded by client and in all: each holds a page in memory. */
export class DownloadSlots {
  readonly #byClient = new Map<string, number>();
  #taken = 0;

  /** @returns what gives the slot back. @throws ApiProblem `rate_limited` when none is free */
  take(client: string): () => void {
    const own = this.#byClient.get(client) ?? 0;
    if (own >= SLOTS_PER_CLIENT || this.#taken >= SLOTS_MAX) {
      const detail = `At most ${SLOTS_PER_CLIENT} downloads at once, and ${SLOTS_MAX} of all clients.`;
      throw new ApiProblem("rate_limited", {
        details: { detail },
        retryAfterSeconds: RETRY_SECONDS,
      });
    }
    this.#byClient.set(client, own + 1);
    this.#taken += 1;
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.#taken -= 1;
      const left = (this.#byClient.get(client) ?? 1) - 1;
      if (left > 0) this.#byClient.set(client, left);
      else this.#byClient.delete(client);
    };
  }
}
