import type { Command } from "../../protocol/engine/command.ts";

/** Accounts' dead man's switches, as the journal's heartbeats alone tell of them. */
export class PlainSwitches {
  readonly #byAccount = new Map<string, { timeoutMs: number; dueMs: number }>();

  /** Before the command's departures: a restart gives each its whole time again. */
  begin(command: Command, timeMs: number): void {
    if (command.kind !== "restart") return;
    for (const one of this.#byAccount.values()) {
      one.dueMs = Math.max(one.dueMs, timeMs + one.timeoutMs);
    }
  }

  /** Whether the account's orders had to go by that time. */
  isDue(account: string, timeMs: number): boolean {
    return (this.#byAccount.get(account.toLowerCase())?.dueMs ?? Infinity) <= timeMs;
  }

  /** After the command's departures: what was due is off, and the command's own heartbeat counts. */
  end(command: Command, timeMs: number): void {
    for (const [account, { dueMs }] of this.#byAccount) {
      if (dueMs <= timeMs) this.#byAccount.delete(account);
    }
    if (command.kind !== "heartbeat") return;
    const { maker, timeoutMs } = command;
    if (timeoutMs === 0) this.#byAccount.delete(maker.toLowerCase());
    else this.#byAccount.set(maker.toLowerCase(), { timeoutMs, dueMs: timeMs + timeoutMs });
  }
}
