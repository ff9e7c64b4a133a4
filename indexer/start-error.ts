/** Why the indexer cannot start or go on, by code. */
export type IndexerErrorCode =
  | "config_invalid"
  | "deployment_missing"
  | "deployment_invalid"
  | "chain_unreachable"
  | "chain_mismatch"
  | "database_unreachable"
  | "index_locked"
  | "port_taken"
  | "index_stalled"
  | "ponder_died";

/** A failure whose message is one sentence for the operator; needs no stack trace. */
export class IndexerError extends Error {
  readonly code: IndexerErrorCode;

  constructor(code: IndexerErrorCode, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = "IndexerError";
    this.code = code;
  }
}
