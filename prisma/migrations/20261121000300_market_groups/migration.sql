-- The first market of its group; null in none.
ALTER TABLE "engine"."markets" ADD COLUMN "group_id" BIGINT;
