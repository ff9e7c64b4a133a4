-- An order names its first fills, so that they are found without two indexes over all fills.
ALTER TABLE "engine"."orders" ADD COLUMN "fill_seqs" BIGINT[];

UPDATE "engine"."orders" SET "fill_seqs" = (
    SELECT array_agg("fill_seq" ORDER BY "fill_seq") FROM (
        SELECT "fill_seq" FROM "engine"."fills" WHERE "taker_hash" = "orders"."hash"
        UNION SELECT "fill_seq" FROM "engine"."fills" WHERE "maker_hash" = "orders"."hash"
        ORDER BY "fill_seq" LIMIT 1000
    ) AS "first"
) WHERE "filled_lots" > 0;

DROP INDEX "engine"."fills_taker_hash_idx";
DROP INDEX "engine"."fills_maker_hash_idx";
