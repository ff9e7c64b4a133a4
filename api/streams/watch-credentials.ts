import type { Log } from "../../platform/log.ts";
import type { Credentials } from "../sign-in/credentials.ts";
import type { StreamHub } from "./stream-hub.ts";

/** Sessions and keys that ended in another process end their streams here after at most so long. */
const WATCH_EACH_MS = 2000;
/** Asked for in one statement. */
const IDS_PER_LOOK = 1000;

/**
 * Looks again and again whether the sessions and keys that open connections signed in with still stand, and
 * until when: a sign-out, a revocation or a refresh may have come to another process.
 */
export function watchCredentials(
  hub: Pick<StreamHub, "connections" | "endSession">,
  credentials: Pick<Credentials, "aliveUntil">,
  log: Log,
): { stop(): void } {
  let isLooking = false;

  async function look(): Promise<void> {
    const ids = new Set<string>();
    for (const { session } of hub.connections()) if (session) ids.add(session.session.id);
    const all = [...ids];
    for (let start = 0; start < all.length; start += IDS_PER_LOOK) {
      const asked = all.slice(start, start + IDS_PER_LOOK);
      const alive = await credentials.aliveUntil(asked);
      for (const id of asked) if (!alive.has(id)) hub.endSession(id);
      lengthen(alive);
    }
  }

  function lengthen(alive: ReadonlyMap<string, number>): void {
    for (const connection of hub.connections()) {
      const session = connection.session?.session;
      const untilMs = session && alive.get(session.id);
      if (!session || untilMs === undefined || session.expiresAtMs === null) continue;
      if (untilMs !== session.expiresAtMs) {
        connection.session = { session: { ...session, expiresAtMs: untilMs } };
      }
    }
  }

  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    look()
      // Who is signed in stays so while the database is away: nobody can sign out either.
      .catch((error) => log.warn({ err: error }, "open connections' sessions were not looked at"))
      .finally(() => {
        isLooking = false;
      });
  }, WATCH_EACH_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
