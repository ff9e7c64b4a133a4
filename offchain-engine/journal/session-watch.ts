import type { Timers } from "../../platform/timers.ts";

/** A session that has nothing to do is asked so often. */
const PROBE_MS = 2_000;
/** Who hears nothing for so long counts the session as lost, before the server gives its lock away. */
const SILENT_MS = 10_000;
/** An answer to what was sent no longer ago shows that the lock is ours: the server takes longer to give it away. */
const PROVEN_MS = 5_000;
/** A timer that is later than this was kept from running. */
const LATE_MS = 1_000;

interface Statement {
  sentMs: number;
  reject(error: Error): void;
}

/**
 * Notices that a session does not answer any more, which no socket tells when the network swallows what is
 * sent. Each statement that it carries is a question; when there is none, it asks one itself.
 */
export class SessionWatch {
  /** Resolves with the error when an answer stays away for too long, or a question fails. */
  readonly silent: Promise<Error>;
  readonly #ask: () => Promise<unknown>;
  readonly #timers: Timers;
  readonly #fall: (error: Error) => void;
  readonly #name: string;
  /** In the order in which they are answered. */
  readonly #waiting = new Set<Statement>();
  #heardMs: number;
  /** When the last statement that was answered had been sent. */
  #provenMs: number;
  #asking: Promise<unknown> | null = null;
  #stopTimer: (() => void) | null = null;

  /** `ask` sends a statement that does nothing; `name` is what errors call the session. */
  constructor(ask: () => Promise<unknown>, timers: Timers, name: string) {
    this.#ask = ask;
    this.#name = name;
    this.#timers = timers;
    this.#heardMs = timers.elapsedMs();
    this.#provenMs = -Infinity;
    const { promise, resolve } = Promise.withResolvers<Error>();
    this.silent = promise;
    this.#fall = resolve;
  }

  /** From here on the session is asked when it is idle. */
  start(): void {
    this.#look();
  }

  /** As the statement ends, or rejects when its answer stays away for too long. */
  carry<Answer>(statement: Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const waiting = { sentMs: this.#timers.elapsedMs(), reject };
      this.#waiting.add(waiting);
      statement.then(
        (answer) => {
          this.#waiting.delete(waiting);
          this.#heardMs = this.#timers.elapsedMs();
          this.#provenMs = waiting.sentMs;
          resolve(answer);
        },
        (error) => {
          this.#waiting.delete(waiting);
          reject(error);
        },
      );
    });
  }

  /** Resolves when the session has shown within the last seconds that it is there; asks it when it has not. */
  async confirm(): Promise<void> {
    if (this.#timers.elapsedMs() - this.#provenMs > PROVEN_MS) await this.#probe();
  }

  stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = null;
  }

  #look(): void {
    const idleMs = this.#timers.elapsedMs() - this.#heardMs;
    if (this.#waiting.size === 0 && idleMs >= PROBE_MS) {
      // Who waits for it is told; `silent` tells everyone else.
      this.#probe().catch(() => {});
    }
    const nowMs = this.#timers.elapsedMs();
    const delayMs = Math.max(0, Math.min(PROBE_MS, SILENT_MS - this.#silentMs()));
    this.#stopTimer = this.#timers.after(delayMs, () => {
      const lateMs = this.#timers.elapsedMs() - nowMs - delayMs;
      // We stood still ourselves, perhaps the whole machine: the answer gets its time anew.
      if (lateMs > LATE_MS) this.#heardMs = this.#timers.elapsedMs();
      if (this.#silentMs() < SILENT_MS) this.#look();
      else this.#giveUp();
    });
  }

  #giveUp(): void {
    const error = new Error(`${this.#name} has not answered for ${SILENT_MS / 1_000} s`);
    this.#fail(error);
    for (const { reject } of this.#waiting) reject(error);
  }

  /** How long the oldest statement has been waiting; one that was sent behind another, since that ended. */
  #silentMs(): number {
    const [oldest] = this.#waiting;
    if (oldest === undefined) return 0;
    return this.#timers.elapsedMs() - Math.max(oldest.sentMs, this.#heardMs);
  }

  #probe(): Promise<unknown> {
    this.#asking ??= this.carry(this.#ask())
      .catch((error: Error) => {
        if (this.#stopTimer !== null) this.#fail(error);
        throw error;
      })
      .finally(() => {
        this.#asking = null;
      });
    return this.#asking;
  }

  #fail(error: Error): void {
    this.stop();
    this.#fall(error);
  }
}
