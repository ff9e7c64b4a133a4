import type { PrismaClient } from "../../generated/prisma/client.ts";
import type { Log } from "../../platform/log.ts";
import type { Pool } from "../../platform/postgres/pool.ts";
import type { ApiConfig } from "../config.ts";
import { type ApiKeyStore, createApiKeyStore } from "./api-key-store.ts";
import { createCredentialCache } from "./credential-cache.ts";
import { type Credentials, createCredentials } from "./credentials.ts";
import { createLastUsed, type LastUsed } from "./last-used.ts";
import { createSessionStore, type SessionStore } from "./session-store.ts";

/** The stores of sessions and keys, on one cache; what ends there ends its streams too. */
export function openCredentials(deps: {
  prisma: PrismaClient;
  pool: Pool;
  config: ApiConfig;
  streams: { endSession(id: string): void };
  log: Log;
}): {
  sessions: SessionStore;
  apiKeys: ApiKeyStore;
  credentials: Credentials;
  lastUsed: LastUsed;
} {
  const { prisma, config, streams } = deps;
  const cache = createCredentialCache();
  const onEnd = (id: string) => streams.endSession(id);
  const lastUsed = createLastUsed(deps.pool, deps.log);
  const sessions = createSessionStore(prisma, {
    lifetimeSeconds: config.SESSION_LIFETIME_S,
    longestSeconds: config.SESSION_LONGEST_S,
    rotationGraceMs: config.SESSION_ROTATION_GRACE_MS,
    adminAddresses: config.ADMIN_ADDRESSES,
    cache,
    onEnd,
  });
  const apiKeys = createApiKeyStore(prisma, { cache, lastUsed, onEnd });
  return { sessions, apiKeys, credentials: createCredentials(sessions, apiKeys), lastUsed };
}
