import { timingSafeEqual } from "node:crypto";
import type { Address } from "viem";
import type { PrismaClient } from "../../generated/prisma/client.ts";
import type { ApiKeyScope, OpenSession } from "../../protocol/wire/auth.ts";
import type { CredentialCache } from "./credential-cache.ts";
import { issueToken, type PresentedToken, parseToken, reissueToken } from "./credential-token.ts";

/** Who asks, and by what: a session of the account's wallet, or a key of one of its programs. */
export interface Session {
  /** Of the session or the key; it stays the same when the token is refreshed. */
  id: string;
  credential: "session" | "api_key";
  /** Lower case. */
  account: Address;
  /** Null: a key without an expiry. */
  expiresAtMs: number | null;
  /** Never by a key. */
  isAdmin: boolean;
  /** A session has all of them. */
  scopes: readonly ApiKeyScope[];
}

/** An open session's token, as it goes to the client. */
export interface OpenedSession {
  token: string;
  session: Session & { expiresAtMs: number };
}

/** Sessions of signed-in wallets. */
export interface SessionStore {
  /** Opens a session. The token is returned here and nowhere kept. */
  open(account: Address): Promise<OpenedSession>;
  /** The session of a token, or why there is none. */
  find(token: string, presented: PresentedToken): Promise<Session | "unknown" | "expired">;
  /** Replaces the token and lengthens the session, never shortens it. `expired` when it ended, or another was faster. */
  refresh(token: string): Promise<OpenedSession | "expired">;
  /** Ends one session of the account. False when there is none. */
  close(account: Address, id: string): Promise<boolean>;
  closeAll(account: Address): Promise<void>;
  list(account: Address): Promise<OpenSession[]>;
  /** Until when each of these sessions goes on; those that ended are missing. */
  aliveUntil(ids: readonly string[]): Promise<Map<string, number>>;
}

export const ALL_SCOPES: readonly ApiKeyScope[] = ["read", "trade"];
/** Of one account: who signs in once more ends the oldest. */
export const SESSIONS_MAX = 50;
/** Expired ones are told apart from unknown ones for a day more; then they go, so many a minute. */
const PURGE_INTERVAL_MS = 60_000;
const PURGE_ROWS_MAX = 1000;
interface SessionRow {
  id: string;
  account: string;
  tokenHash: Uint8Array;
  createdAt: Date;
  refreshedAt: Date;
  expiresAt: Date;
}

export interface SessionStoreOptions {
  lifetimeSeconds: number;
  /** From the sign-in: no refresh goes beyond. */
  longestSeconds: number;
  /**
   * Requests on their way while the token is replaced are refused and no more. A replaced token that comes
   * later is in two hands: it ends the session.
   */
  rotationGraceMs: number;
  adminAddresses: readonly string[];
  cache: CredentialCache;
  /** A session ended, other than by its expiry. */
  onEnd: (id: string) => void;
}

/** Sessions in Postgres, one row each, by the hash of their token: a stolen table signs nobody in. */
export function createSessionStore(
  prisma: PrismaClient,
  options: SessionStoreOptions,
): SessionStore {
  const { cache } = options;
  let nextPurgeMs = 0;
  const admins = new Set(options.adminAddresses.map((address) => address.toLowerCase()));

  function toSession(row: { id: string; account: string; expiresAt: Date }) {
    const account = row.account as Address;
    return {
      id: row.id,
      credential: "session" as const,
      account,
      expiresAtMs: row.expiresAt.getTime(),
      isAdmin: admins.has(account),
      scopes: ALL_SCOPES,
    };
  }

  function ended(id: string): void {
    cache.forget(id);
    options.onEnd(id);
  }

  async function endReused(row: SessionRow): Promise<"expired"> {
    if (Date.now() - row.refreshedAt.getTime() < options.rotationGraceMs) return "expired";
    await prisma.session.deleteMany({ where: { id: row.id } });
    ended(row.id);
    return "expired";
  }

  const isOwnToken = (row: SessionRow, { hash }: PresentedToken) =>
    timingSafeEqual(row.tokenHash, hash);

  async function read(presented: PresentedToken): Promise<Session | "unknown" | "expired"> {
    const row = await prisma.session.findUnique({ where: { id: presented.id } });
    if (!row) return "unknown";
    if (!isOwnToken(row, presented)) return endReused(row);
    return toSession(row);
  }

  async function dropOldest(account: string): Promise<void> {
    await prisma.session.deleteMany({ where: { account, expiresAt: { lt: new Date() } } });
    const surplus = await prisma.session.findMany({
      where: { account },
      orderBy: { createdAt: "desc" },
      skip: SESSIONS_MAX,
      select: { id: true },
    });
    const ids = surplus.map(({ id }) => id);
    if (ids.length === 0) return;
    await prisma.session.deleteMany({ where: { id: { in: ids } } });
    ids.forEach(ended);
  }

  /** Of accounts that never came back: a bounded number each time, and not by every sign-in. */
  async function purgeExpired(): Promise<void> {
    if (Date.now() < nextPurgeMs) return;
    nextPurgeMs = Date.now() + PURGE_INTERVAL_MS;
    await prisma.$executeRaw`DELETE FROM app.sessions WHERE id IN (
      SELECT id FROM app.sessions WHERE expires_at < now() - interval '1 day'
      ORDER BY expires_at LIMIT ${PURGE_ROWS_MAX})`;
  }

  return {
    async open(owner) {
      const { token, id, hash } = issueToken("session");
      const account = owner.toLowerCase();
      const now = new Date();
      const expiresAt = new Date(now.getTime() + options.lifetimeSeconds * 1000);
      await prisma.account.upsert({
        where: { address: account },
        create: { address: account },
        update: { lastSignInAt: now },
      });
      await prisma.session.create({ data: { id, account, tokenHash: hash, expiresAt } });
      await dropOldest(account);
      await purgeExpired();
      return { token, session: toSession({ id, account, expiresAt }) };
    },
    async find(token, presented) {
      const session = await cache.read(token, () => read(presented));
      if (typeof session === "string") return session;
      return (session.expiresAtMs ?? 0) <= Date.now() ? "expired" : session;
    },
    async refresh(token) {
      const presented = parseToken(token);
      if (presented === null) return "expired";
      const { id, hash } = presented;
      const row = await prisma.session.findUnique({ where: { id } });
      if (!row) return "expired";
      if (!isOwnToken(row, presented)) return endReused(row);
      const now = new Date();
      const lastMs = row.createdAt.getTime() + options.longestSeconds * 1000;
      const nextMs = now.getTime() + options.lifetimeSeconds * 1000;
      const expiresAt = new Date(Math.max(row.expiresAt.getTime(), Math.min(lastMs, nextMs)));
      const issued = reissueToken("session", token);
      // Of two refreshes at once, one finds the token replaced and gets nothing.
      const { count } = await prisma.session.updateMany({
        where: { id, tokenHash: hash, expiresAt: { gt: now } },
        data: { tokenHash: issued.hash, refreshedAt: now, expiresAt },
      });
      cache.forget(id);
      if (count === 0) return "expired";
      return { token: issued.token, session: toSession({ ...row, expiresAt }) };
    },
    async close(account, id) {
      const { count } = await prisma.session.deleteMany({ where: { id, account } });
      if (count === 1) ended(id);
      return count === 1;
    },
    async closeAll(account) {
      const rows = await prisma.session.findMany({ where: { account }, select: { id: true } });
      const ids = rows.map(({ id }) => id);
      await prisma.session.deleteMany({ where: { id: { in: ids } } });
      ids.forEach(ended);
    },
    async list(account) {
      const rows = await prisma.session.findMany({
        where: { account, expiresAt: { gt: new Date() } },
        orderBy: { createdAt: "desc" },
        take: SESSIONS_MAX,
      });
      return rows.map((row) => ({
        id: row.id,
        createdAtMs: row.createdAt.getTime(),
        refreshedAtMs: row.refreshedAt.getTime(),
        expiresAtMs: row.expiresAt.getTime(),
      }));
    },
    async aliveUntil(ids) {
      const rows = await prisma.session.findMany({
        where: { id: { in: [...ids] } },
        select: { id: true, expiresAt: true },
      });
      return new Map(rows.map(({ id, expiresAt }) => [id, expiresAt.getTime()]));
    },
  };
}
