-- What was asked under which Idempotency-Key, and the first reply to it. An unfinished row is held by the
-- process that works on it, for as long as it renews `lease_until`.
CREATE TABLE "app"."idempotency_keys" (
    "scope" TEXT NOT NULL,
    "route" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "fingerprint" BYTEA NOT NULL,
    "owner" UUID NOT NULL,
    "state" TEXT NOT NULL,
    "lease_until" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "status" INTEGER,
    "headers" TEXT,
    "body" TEXT,
    "body_bytes" INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("scope", "route", "key")
);
CREATE INDEX "idempotency_keys_scope_idx" ON "app"."idempotency_keys"("scope") INCLUDE ("expires_at", "body_bytes");
CREATE INDEX "idempotency_keys_expires_at_idx" ON "app"."idempotency_keys"("expires_at");
