/** The tables that handlers write and the views that readers join them by; all appear in schema `chain`. */
export * from "./schema/account-tables.ts";
export * from "./schema/exchange-tables.ts";
export { head } from "./schema/head-view.ts";
export { leaderboard } from "./schema/leaderboard-view.ts";
export * from "./schema/market-tables.ts";
export { markets } from "./schema/markets-view.ts";
export * from "./schema/order-tables.ts";
export * from "./schema/resolution-tables.ts";
export { shareSupply } from "./schema/share-supply-view.ts";
export { solvency } from "./schema/solvency-view.ts";
export * from "./schema/token-tables.ts";
