import { sql } from "ponder";
import { PAR_TICKS } from "../accounting/mark.ts";
import { marketRows } from "./market-tables.ts";

/**
 * What a YES share counts for in ticks: the payout once final, else the last trade, else par.
 * The same rule in SQL as `markYesTicks` of accounting has in TypeScript.
 */
export const markYesTicksSql = sql<number>`coalesce(${marketRows.payoutYes}, ${marketRows.lastYesPriceTicks}, ${PAR_TICKS})`;
