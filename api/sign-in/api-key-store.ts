import { timingSafeEqual } from "node:crypto";
import type { Address } from "viem";
import type { PrismaClient } from "../../generated/prisma/client.ts";
import type { ApiKey, ApiKeyScope, CreateApiKeyRequest } from "../../protocol/wire/auth.ts";
import { ApiProblem } from "../problem.ts";
import type { CredentialCache } from "./credential-cache.ts";
import { issueToken, type PresentedToken, shownPrefix } from "./credential-token.ts";
import type { LastUsed } from "./last-used.ts";
import type { Session } from "./session-store.ts";

/** Keys of accounts' programs. */
export interface ApiKeyStore {
  /** The token is returned here and nowhere kept. @throws ApiProblem `api_key_limit_reached` */
  create(account: Address, request: CreateApiKeyRequest): Promise<{ key: ApiKey; token: string }>;
  /** The newest first. */
  list(account: Address): Promise<ApiKey[]>;
  /** Ends a key of the account. False when there is none. */
  revoke(account: Address, id: string): Promise<boolean>;
  /** Who a key acts for, or why it is not taken. */
  find(token: string, presented: PresentedToken): Promise<Session | "unknown" | "key_expired">;
  /** Until when each of these keys is good (Infinity: until revoked); revoked ones are missing. */
  aliveUntil(ids: readonly string[]): Promise<Map<string, number>>;
}

/** Of one account, expired ones included until they are revoked. */
export const API_KEYS_MAX = 20;

interface KeyRow {
  id: string;
  account: string;
  name: string;
  scopes: string[];
  prefix: string;
  tokenHash: Uint8Array;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
}

function toApiKey(row: KeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    scopes: row.scopes as ApiKeyScope[],
    prefix: row.prefix,
    createdAtMs: row.createdAt.getTime(),
    expiresAtMs: row.expiresAt?.getTime() ?? null,
    lastUsedAtMs: row.lastUsedAt?.getTime() ?? null,
  };
}

function toSession(row: KeyRow): Session {
  return {
    id: row.id,
    credential: "api_key",
    account: row.account as Address,
    expiresAtMs: row.expiresAt?.getTime() ?? null,
    isAdmin: false,
    scopes: row.scopes as ApiKeyScope[],
  };
}

export interface ApiKeyStoreOptions {
  cache: CredentialCache;
  lastUsed: LastUsed;
  onEnd: (id: string) => void;
}

/** API keys in Postgres, by the hash of their token. */
export function createApiKeyStore(prisma: PrismaClient, options: ApiKeyStoreOptions): ApiKeyStore {
  const { cache, lastUsed } = options;

  async function read(presented: PresentedToken): Promise<Session | "unknown"> {
    const row = await prisma.apiKey.findUnique({ where: { id: presented.id } });
    return row && timingSafeEqual(row.tokenHash, presented.hash) ? toSession(row) : "unknown";
  }

  return {
    async create(account, { name, scopes, expiresInSeconds }) {
      const { token, id, hash } = issueToken("api_key");
      const expiresAt =
        expiresInSeconds === undefined ? null : new Date(Date.now() + expiresInSeconds * 1000);
      const data = {
        id,
        account,
        name,
        scopes,
        prefix: shownPrefix(token),
        tokenHash: hash,
        expiresAt,
      };
      const row = await prisma.$transaction(async (transaction) => {
        // Creations of one account one after another: else two at once both find room for the last.
        await transaction.$queryRaw`SELECT 1 FROM app.accounts WHERE address = ${account} FOR UPDATE`;
        const count = await transaction.apiKey.count({ where: { account } });
        if (count >= API_KEYS_MAX) {
          throw new ApiProblem("api_key_limit_reached", { details: { limit: API_KEYS_MAX } });
        }
        return transaction.apiKey.create({ data });
      });
      return { key: toApiKey(row), token };
    },
    async list(account) {
      const rows = await prisma.apiKey.findMany({
        where: { account },
        orderBy: { createdAt: "desc" },
      });
      return rows.map(toApiKey);
    },
    async revoke(account, id) {
      const { count } = await prisma.apiKey.deleteMany({ where: { id, account } });
      if (count === 0) return false;
      cache.forget(id);
      options.onEnd(id);
      return true;
    },
    async find(token, presented) {
      const key = await cache.read(token, () => read(presented));
      if (typeof key === "string") return key;
      if ((key.expiresAtMs ?? Number.POSITIVE_INFINITY) <= Date.now()) return "key_expired";
      lastUsed.note(key.id);
      return key;
    },
    async aliveUntil(ids) {
      const rows = await prisma.apiKey.findMany({
        where: { id: { in: [...ids] } },
        select: { id: true, expiresAt: true },
      });
      return new Map(
        rows.map(({ id, expiresAt }) => [id, expiresAt?.getTime() ?? Number.POSITIVE_INFINITY]),
      );
    },
  };
}
