import { randomBytes } from "node:crypto";
import type { PrismaClient } from "../../generated/prisma/client.ts";

export interface NonceStore {
  /** A fresh nonce: 32 letters and digits. */
  issue(): Promise<{ nonce: string; expiresAtMs: number }>;
  /** Whether the nonce was given out, is not too old and not used: a look that uses nothing up. */
  isKnown(nonce: string): Promise<boolean>;
  /** Uses a nonce up. False when it was never given out, is too old, or was used: also by a racing twin. */
  consume(nonce: string): Promise<boolean>;
}

const PURGE_EACH = 100;

/** Sign-in nonces in Postgres, so that any replica takes what another gave out. */
export function createNonceStore(prisma: PrismaClient, lifetimeSeconds: number): NonceStore {
  let issued = 0;
  return {
    async issue() {
      const nonce = randomBytes(16).toString("hex");
      const expiresAtMs = Date.now() + lifetimeSeconds * 1000;
      await prisma.signInNonce.create({ data: { nonce, expiresAt: new Date(expiresAtMs) } });
      issued += 1;
      if (issued % PURGE_EACH === 0) {
        await prisma.signInNonce.deleteMany({ where: { expiresAt: { lt: new Date() } } });
      }
      return { nonce, expiresAtMs };
    },
    async isKnown(nonce) {
      const where = { nonce, expiresAt: { gt: new Date() } };
      return (await prisma.signInNonce.count({ where })) === 1;
    },
    async consume(nonce) {
      const where = { nonce, expiresAt: { gt: new Date() } };
      const { count } = await prisma.signInNonce.deleteMany({ where });
      return count === 1;
    },
  };
}
