-- Rows that change soon after they are written find room in their own page, so that a change touches no
-- index: none of the columns that change is indexed.
ALTER TABLE "engine"."orders" SET (fillfactor = 75);
ALTER TABLE "engine"."fills" SET (fillfactor = 75);
ALTER TABLE "engine"."balances" SET (fillfactor = 50);
ALTER TABLE "engine"."positions" SET (fillfactor = 50);
