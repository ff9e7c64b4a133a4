-- The tables below the journal follow it in transactions of their own. How far they have got stands here,
-- written in the same transaction as the rows; so far they had been written with the journal itself.
CREATE TABLE "engine"."projection" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "seq" BIGINT NOT NULL,
    "writer" BIGINT NOT NULL,

    CONSTRAINT "projection_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "projection_is_one_row" CHECK ("id" = 1)
) WITH (fillfactor = 10);

INSERT INTO "engine"."projection" ("seq", "writer")
SELECT coalesce(max("seq"), 0), 0 FROM "engine"."journal";

-- Nothing reads them: the engine answers for balances and positions, and the chain's are in the index.
DROP TABLE "engine"."balances";
DROP TABLE "engine"."positions";

-- What no query uses is not kept up with each order. Signatures are in the journal.
DROP INDEX "engine"."orders_seq_key";
DROP INDEX "engine"."orders_maker_nonce_idx";
DROP INDEX "engine"."orders_market_id_seq_idx";
DROP INDEX "engine"."orders_maker_client_id_idx";
CREATE INDEX "orders_maker_client_id_idx" ON "engine"."orders"("maker", "client_id")
    WHERE "client_id" IS NOT NULL;
ALTER TABLE "engine"."orders" DROP COLUMN "signer", DROP COLUMN "signature", DROP COLUMN "remaining_lots";
