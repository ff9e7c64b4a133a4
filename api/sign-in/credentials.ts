import type { ApiKeyStore } from "./api-key-store.ts";
import { parseToken } from "./credential-token.ts";
import type { Session, SessionStore } from "./session-store.ts";

/** `expired`: the session is over. `key_expired`: the key's time is up. */
export type CredentialRefusal = "unknown" | "expired" | "key_expired";

/** Tokens of whatever kind, as requests and sockets present them. */
export interface Credentials {
  find(token: string): Promise<Session | CredentialRefusal>;
  /** Until when each of these sessions and keys goes on; those that ended are missing. */
  aliveUntil(ids: readonly string[]): Promise<Map<string, number>>;
}

/** Finds who a token belongs to. Garbage costs no look-up. */
export function createCredentials(sessions: SessionStore, apiKeys: ApiKeyStore): Credentials {
  return {
    async find(token) {
      const presented = parseToken(token);
      if (presented === null) return "unknown";
      return presented.kind === "session"
        ? sessions.find(token, presented)
        : apiKeys.find(token, presented);
    },
    async aliveUntil(ids) {
      const [open, keys] = await Promise.all([sessions.aliveUntil(ids), apiKeys.aliveUntil(ids)]);
      return new Map([...open, ...keys]);
    },
  };
}
