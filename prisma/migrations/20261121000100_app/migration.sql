CREATE SCHEMA IF NOT EXISTS "app";

CREATE TABLE "app"."sign_in_nonces" (
    "nonce" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "sign_in_nonces_pkey" PRIMARY KEY ("nonce")
);
CREATE INDEX "sign_in_nonces_expires_at_idx" ON "app"."sign_in_nonces"("expires_at");

CREATE TABLE "app"."sessions" (
    "token_hash" BYTEA NOT NULL,
    "account" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "sessions_pkey" PRIMARY KEY ("token_hash")
);
CREATE INDEX "sessions_account_idx" ON "app"."sessions"("account");
CREATE INDEX "sessions_expires_at_idx" ON "app"."sessions"("expires_at");

CREATE TABLE "app"."accounts" (
    "address" TEXT NOT NULL,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_sign_in_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "accounts_pkey" PRIMARY KEY ("address")
);

CREATE TABLE "app"."market_resolutions" (
    "slug" TEXT NOT NULL,
    "resolution" JSONB NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "market_resolutions_pkey" PRIMARY KEY ("slug")
);
