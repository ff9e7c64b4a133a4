/** Why a process cannot start or go on: what an operator can act upon, by code. */
export type StartErrorCode =
  | "config_invalid"
  | "port_taken"
  | "right_missing"
  | "data_dir_in_use"
  | "postgres_failed"
  | "database_away"
  | "database_refuses"
  | "database_unmigrated"
  | "migration_changed"
  | "migration_failed"
  | "deployment_missing"
  | "deployment_invalid"
  | "deployment_mismatch"
  | "journal_locked"
  | "journal_corrupt"
  | "state_diverged";

/** A start-up failure whose message is one sentence for the operator; needs no stack trace. */
export class StartError extends Error {
  readonly code: StartErrorCode;

  constructor(code: StartErrorCode, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = "StartError";
    this.code = code;
  }
}
