import { createHash, randomBytes } from "node:crypto";
import type { Address } from "viem";
import type { PrismaClient } from "../../generated/prisma/client.ts";

export interface Session {
  /** Lower case. */
  account: Address;
  expiresAtMs: number;
  isAdmin: boolean;
}

export interface SessionStore {
  /** Opens a session. The token is returned here and nowhere kept. */
  open(account: Address): Promise<{ token: string; session: Session }>;
  /** The session of a token, or why there is none. */
  find(token: string): Promise<Session | "unknown" | "expired">;
  close(token: string): Promise<void>;
}

const TOKEN_PATTERN = /^agon_[A-Za-z0-9_-]{43}$/;
const CACHE_MS = 2000;
const CACHE_MAX = 10_000;

function hashToken(token: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createHash("sha256").update(token).digest());
}

/**
 * Sessions in Postgres, by the hash of their token: a stolen table signs nobody in. Looked-up
 * sessions are remembered for two seconds, which bounds how long another replica may still honour
 * a session that was closed here.
 */
export function createSessionStore(
  prisma: PrismaClient,
  options: { lifetimeSeconds: number; adminAddresses: readonly string[] },
): SessionStore {
  const admins = new Set(options.adminAddresses.map((address) => address.toLowerCase()));
  const cache = new Map<string, { session: Session; readAtMs: number }>();

  function toSession(account: string, expiresAtMs: number): Session {
    const isAdmin = admins.has(account);
    return { account: account as Address, expiresAtMs, isAdmin };
  }

  function remember(token: string, session: Session): Session {
    if (cache.size >= CACHE_MAX) cache.delete(cache.keys().next().value as string);
    cache.set(token, { session, readAtMs: Date.now() });
    return session;
  }

  async function read(token: string): Promise<Session | "unknown"> {
    const row = await prisma.session.findUnique({ where: { tokenHash: hashToken(token) } });
    return row ? remember(token, toSession(row.account, row.expiresAt.getTime())) : "unknown";
  }

  return {
    async open(account) {
      const token = `agon_${randomBytes(32).toString("base64url")}`;
      const now = new Date();
      const expiresAt = new Date(now.getTime() + options.lifetimeSeconds * 1000);
      const address = account.toLowerCase();
      await prisma.account.upsert({
        where: { address },
        create: { address },
        update: { lastSignInAt: now },
      });
      const data = { tokenHash: hashToken(token), account: address, expiresAt };
      await prisma.session.create({ data });
      await prisma.session.deleteMany({ where: { account: address, expiresAt: { lt: now } } });
      return { token, session: remember(token, toSession(address, expiresAt.getTime())) };
    },
    async find(token) {
      if (!TOKEN_PATTERN.test(token)) return "unknown";
      const cached = cache.get(token);
      const fresh = cached && Date.now() - cached.readAtMs < CACHE_MS;
      const session = fresh ? cached.session : await read(token);
      if (session === "unknown") {
        cache.delete(token);
        return "unknown";
      }
      return session.expiresAtMs <= Date.now() ? "expired" : session;
    },
    async close(token) {
      cache.delete(token);
      await prisma.session.deleteMany({ where: { tokenHash: hashToken(token) } });
    },
  };
}
