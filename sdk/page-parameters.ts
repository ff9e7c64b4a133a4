/** Of every list: at most `limit` items, from `cursor` (the last page's `nextCursor`) on. */
export interface PageParameters {
  limit?: number;
  cursor?: string;
}

/** Of everything that can be given up before it is done. */
export interface AbortParameters {
  signal?: AbortSignal;
}
