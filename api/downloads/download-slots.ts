import { ApiProblem } from "../problem.ts";

export const SLOTS_PER_CLIENT = 2;
/** Of all signed-in accounts; those who are not signed in share half as many of their own. */
export const SLOTS_MAX = 20;
const ANONYMOUS_SLOTS_MAX = SLOTS_MAX / 2;
/** Of all accounts behind one network, so that free accounts do not take every slot. */
const SLOTS_PER_NETWORK = 3 * SLOTS_PER_CLIENT;
const RETRY_SECONDS = 5;

/** Who downloads: its account, if it is signed in, and the network that it comes from. */
export interface Downloader {
  account: string | null;
  network: string;
}

/** Uses under way by name, each name bounded. */
class Uses {
  readonly #byName = new Map<string, number>();

  of(name: string): number {
    return this.#byName.get(name) ?? 0;
  }

  add(name: string, change: 1 | -1): void {
    const uses = this.of(name) + change;
    if (uses > 0) this.#byName.set(name, uses);
    else this.#byName.delete(name);
  }
}

/** Downloads under way, bounded by client, by network and in all: each holds a page in memory. */
export class DownloadSlots {
  readonly #uses = new Uses();

  /** @returns what gives the slot back. @throws ApiProblem `rate_limited` when none is free */
  take({ account, network }: Downloader): () => void {
    const bounds: [name: string, max: number][] =
      account === null
        ? [
            ["anonymous", ANONYMOUS_SLOTS_MAX],
            [`anonymous ${network}`, SLOTS_PER_CLIENT],
          ]
        : [
            ["accounts", SLOTS_MAX],
            [`account ${account}`, SLOTS_PER_CLIENT],
            [`network ${network}`, SLOTS_PER_NETWORK],
          ];
    if (bounds.some(([name, max]) => this.#uses.of(name) >= max)) {
      const detail = `At most ${SLOTS_PER_CLIENT} downloads at once, and a bounded number of all clients.`;
      throw new ApiProblem("rate_limited", {
        details: { detail },
        retryAfterSeconds: RETRY_SECONDS,
      });
    }
    for (const [name] of bounds) this.#uses.add(name, 1);
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      for (const [name] of bounds) this.#uses.add(name, -1);
    };
  }
}
