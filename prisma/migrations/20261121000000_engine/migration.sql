-- The engine's tables: the journal is the truth, the others are its projection.

CREATE SCHEMA IF NOT EXISTS "engine";

CREATE TABLE "engine"."meta" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "chain_id" BIGINT NOT NULL,
    "exchange" TEXT NOT NULL,
    "deploy_block" BIGINT NOT NULL,
    "deploy_block_hash" TEXT NOT NULL,
    "journal_format" INTEGER NOT NULL,
    "core_limits" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "meta_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "meta_is_one_row" CHECK ("id" = 1)
);

CREATE TABLE "engine"."journal" (
    "seq" BIGINT NOT NULL,
    "time_ms" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "payload" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "journal_pkey" PRIMARY KEY ("seq"),
    CONSTRAINT "journal_hash_is_sha256" CHECK (octet_length("hash") = 32)
);

CREATE TABLE "engine"."orders" (
    "hash" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,
    "maker" TEXT NOT NULL,
    "signer" TEXT NOT NULL,
    "signature" TEXT NOT NULL,
    "market_id" BIGINT NOT NULL,
    "outcome" SMALLINT NOT NULL,
    "side" SMALLINT NOT NULL,
    "price_ticks" INTEGER NOT NULL,
    "quantity_lots" BIGINT NOT NULL,
    "time_in_force" SMALLINT NOT NULL,
    "max_fee_bps" INTEGER NOT NULL,
    "expiry" BIGINT NOT NULL,
    "nonce" DECIMAL(20,0) NOT NULL,
    "client_id" TEXT,
    "status" TEXT NOT NULL,
    "cancel_reason" TEXT,
    "filled_lots" BIGINT NOT NULL,
    "remaining_lots" BIGINT NOT NULL,
    "created_at_ms" BIGINT NOT NULL,
    "updated_at_ms" BIGINT NOT NULL,

    CONSTRAINT "orders_pkey" PRIMARY KEY ("hash")
);

CREATE UNIQUE INDEX "orders_seq_key" ON "engine"."orders"("seq");
CREATE INDEX "orders_maker_seq_idx" ON "engine"."orders"("maker", "seq" DESC);
CREATE INDEX "orders_maker_client_id_idx" ON "engine"."orders"("maker", "client_id");
CREATE INDEX "orders_maker_nonce_idx" ON "engine"."orders"("maker", "nonce");
CREATE INDEX "orders_market_id_seq_idx" ON "engine"."orders"("market_id", "seq" DESC);

CREATE TABLE "engine"."fills" (
    "fill_seq" BIGINT NOT NULL,
    "market_id" BIGINT NOT NULL,
    "trade_seq" BIGINT NOT NULL,
    "match_kind" TEXT NOT NULL,
    "taker_hash" TEXT NOT NULL,
    "maker_hash" TEXT NOT NULL,
    "taker" TEXT NOT NULL,
    "maker" TEXT NOT NULL,
    "taker_outcome" SMALLINT NOT NULL,
    "taker_side" SMALLINT NOT NULL,
    "maker_outcome" SMALLINT NOT NULL,
    "maker_side" SMALLINT NOT NULL,
    "yes_price_ticks" INTEGER NOT NULL,
    "quantity_lots" BIGINT NOT NULL,
    "fee_micro" BIGINT NOT NULL,
    "time_ms" BIGINT NOT NULL,
    "status" TEXT NOT NULL,
    "transaction_hash" TEXT,

    CONSTRAINT "fills_pkey" PRIMARY KEY ("fill_seq")
);

CREATE UNIQUE INDEX "fills_market_id_trade_seq_key" ON "engine"."fills"("market_id", "trade_seq");
CREATE INDEX "fills_taker_fill_seq_idx" ON "engine"."fills"("taker", "fill_seq" DESC);
CREATE INDEX "fills_maker_fill_seq_idx" ON "engine"."fills"("maker", "fill_seq" DESC);
CREATE INDEX "fills_taker_hash_idx" ON "engine"."fills"("taker_hash");
CREATE INDEX "fills_maker_hash_idx" ON "engine"."fills"("maker_hash");

CREATE TABLE "engine"."balances" (
    "account" TEXT NOT NULL,
    "available_micro" BIGINT NOT NULL,
    "locked_micro" BIGINT NOT NULL,
    "reserved_micro" BIGINT NOT NULL,
    "pending_micro" BIGINT NOT NULL,
    "withdrawable_micro" BIGINT NOT NULL,
    "seq" BIGINT NOT NULL,

    CONSTRAINT "balances_pkey" PRIMARY KEY ("account")
);

CREATE TABLE "engine"."positions" (
    "account" TEXT NOT NULL,
    "market_id" BIGINT NOT NULL,
    "yes_available_lots" BIGINT NOT NULL,
    "yes_locked_lots" BIGINT NOT NULL,
    "yes_reserved_lots" BIGINT NOT NULL,
    "no_available_lots" BIGINT NOT NULL,
    "no_locked_lots" BIGINT NOT NULL,
    "no_reserved_lots" BIGINT NOT NULL,
    "yes_cost_micro" BIGINT NOT NULL,
    "no_cost_micro" BIGINT NOT NULL,
    "seq" BIGINT NOT NULL,

    CONSTRAINT "positions_pkey" PRIMARY KEY ("account", "market_id")
);

CREATE INDEX "positions_market_id_idx" ON "engine"."positions"("market_id");

CREATE TABLE "engine"."markets" (
    "market_id" BIGINT NOT NULL,
    "slug" TEXT NOT NULL,
    "question" TEXT NOT NULL,
    "rules" TEXT NOT NULL,
    "category" TEXT NOT NULL,
    "resolver" TEXT NOT NULL,
    "close_time" BIGINT NOT NULL,
    "resolve_deadline" BIGINT NOT NULL,
    "taker_fee_bps" INTEGER NOT NULL,
    "price_step" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "payout_yes" INTEGER,
    "seq" BIGINT NOT NULL,

    CONSTRAINT "markets_pkey" PRIMARY KEY ("market_id")
);

CREATE INDEX "markets_slug_idx" ON "engine"."markets" USING HASH ("slug");

CREATE TABLE "engine"."batches" (
    "batch_id" BIGINT NOT NULL,
    "first_fill_seq" BIGINT NOT NULL,
    "last_fill_seq" BIGINT NOT NULL,
    "calldata" TEXT NOT NULL,
    "journal_seq" BIGINT NOT NULL,
    "journal_hash" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "tx_hash" TEXT,
    "nonce" BIGINT,
    "prepared_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "submitted_at" TIMESTAMPTZ,
    "settled_at" TIMESTAMPTZ,

    CONSTRAINT "batches_pkey" PRIMARY KEY ("batch_id")
);

CREATE INDEX "batches_status_idx" ON "engine"."batches"("status");

-- The role of SQL readers. It may read what the indexer publishes in schema `chain` and nothing of
-- ours: open orders, sessions and keys are private. It has no password until one is set, so nobody
-- can log in with it before, and its bounds keep it from starving those who serve. A server that lets
-- us create no roles goes without.
DO $$
BEGIN
    BEGIN
        CREATE ROLE "agon_reader" LOGIN NOINHERIT;
    EXCEPTION
        WHEN duplicate_object THEN NULL;
    END;
    ALTER ROLE "agon_reader" CONNECTION LIMIT 20;
    ALTER ROLE "agon_reader" SET statement_timeout = '30s';
    ALTER ROLE "agon_reader" SET idle_in_transaction_session_timeout = '60s';
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
EXCEPTION
    WHEN insufficient_privilege THEN
        RAISE NOTICE 'role agon_reader was not created: this user may not create roles';
END
$$;

-- The journal's single writer is held by an advisory lock, which every role of a database may take by
-- default: a reader could lock the engine out. Only a superuser can take that right away.
DO $$
DECLARE
    lock_function regprocedure;
BEGIN
    FOR lock_function IN
        SELECT oid::regprocedure FROM pg_proc
        WHERE pronamespace = 'pg_catalog'::regnamespace AND proname ~ '^pg_(try_)?advisory_'
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', lock_function);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO CURRENT_USER', lock_function);
    END LOOP;
EXCEPTION
    WHEN insufficient_privilege THEN
        RAISE NOTICE 'advisory locks stay open to every role: only a superuser can close them';
END
$$;
