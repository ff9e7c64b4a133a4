import type { Context } from "ponder:registry";

/** The store that handlers write through; Ponder commits it block by block. */
export type Database = Context["db"];
