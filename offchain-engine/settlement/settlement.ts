/** What settlement is doing, for health and for whoever has to mend it. */
export interface SettlementStatus {
  mode: "live" | "simulated";
  /**
   * `waiting`: for something that it notices by itself, such as a database that comes back.
   * `halted`: it needs an operator and a restart.
   */
  state: "running" | "waiting" | "halted";
  /** Why it is not running. */
  sentence: string | null;
  /** Batches prepared and not final yet. */
  openBatches: number;
}

/** Settlement at work, live or simulated. */
export interface Settlement {
  /** There are new durable fills, or the chain moved. */
  notify(): void;
  status(): SettlementStatus;
  /** Ends after the step at hand; what is on its way is taken up at the next start. */
  stop(): Promise<void>;
}

/** Settlement cannot go on by itself. The message is a sentence for the operator. */
export class SettlementHalt extends Error {
  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = "SettlementHalt";
  }
}
