import type { Session } from "./session-store.ts";

/** Looked-up credentials, remembered for a moment. */
export interface CredentialCache {
  /** What is remembered of `token`, or what `load` finds; racing readers of one token share a load. */
  read<Found extends Session | string>(token: string, load: () => Promise<Found>): Promise<Found>;
  /** Forgets at once whatever belongs to the session or key of that id. */
  forget(id: string): void;
}

/** How long another process may still honour a credential that was ended here. */
export const CREDENTIAL_CACHE_MS = 2000;
const CACHE_MAX = 10_000;

/** A bounded cache: the oldest entry makes room. What is not found is not remembered. */
export function createCredentialCache(): CredentialCache {
  const known = new Map<string, { session: Session; readAtMs: number }>();
  const loading = new Map<string, Promise<Session | string>>();
  // A load that began before something was forgotten may bring the forgotten back: it is not kept.
  let forgotten = 0;

  async function loadAndKeep(token: string, load: () => Promise<Session | string>) {
    const forgottenBefore = forgotten;
    const found = await load();
    if (typeof found === "string" || forgotten !== forgottenBefore) return found;
    if (known.size >= CACHE_MAX) known.delete(known.keys().next().value as string);
    known.set(token, { session: found, readAtMs: Date.now() });
    return found;
  }

  return {
    async read<Found extends Session | string>(token: string, load: () => Promise<Found>) {
      const cached = known.get(token);
      if (cached && Date.now() - cached.readAtMs < CREDENTIAL_CACHE_MS) {
        return cached.session as Found;
      }
      known.delete(token);
      let running = loading.get(token);
      if (!running) {
        running = loadAndKeep(token, load).finally(() => loading.delete(token));
        loading.set(token, running);
      }
      return running as Promise<Found>;
    },
    forget(id) {
      forgotten += 1;
      loading.clear();
      for (const [token, { session }] of known) if (session.id === id) known.delete(token);
    },
  };
}
