import { DueHeap } from "./due-heap.ts";
import type { SnapshotReader } from "./snapshot-reader.ts";
import type { SnapshotWriter } from "./snapshot-writer.ts";

/** A dead man's switch that is on. */
export interface ArmedSwitch {
  account: number;
  timeoutMs: number;
  /** When it goes off unless it is renewed. */
  dueMs: number;
}

interface Due {
  timeoutMs: number;
  dueMs: number;
  /** The earliest entry of the heap that stands for it. */
  entryMs: number;
}

/** Entries that stand for nothing are tolerated up to so many beyond one a switch. */
const ENTRY_SLACK = 1_024;

/**
 * Dead man's switches by account. A renewal, the usual case, only writes the new time down: the entry in
 * the heap stays, and is put off when its time comes. So the heap holds few entries beyond one an account.
 */
export class Heartbeats {
  readonly #switches = new Map<number, Due>();
  #heap = new DueHeap();

  /** When the next switch goes off, or `Infinity`. A field: every command looks at it. */
  nextMs = Number.POSITIVE_INFINITY;

  /** Switches on or renews. */
  arm(account: number, timeoutMs: number, nowMs: number): void {
    const dueMs = nowMs + timeoutMs;
    const known = this.#switches.get(account);
    const entryMs = known && known.entryMs <= dueMs ? known.entryMs : dueMs;
    if (entryMs !== known?.entryMs) this.#heap.push(dueMs, account);
    this.#switches.set(account, { timeoutMs, dueMs, entryMs });
    if (this.#heap.size > 2 * this.#switches.size + ENTRY_SLACK) this.#rebuild();
    this.#settleTop();
  }

  disarm(account: number): void {
    if (this.#switches.delete(account)) this.#settleTop();
  }

  /** When the account's switch goes off; null while it is off. */
  dueMs(account: number): number | null {
    return this.#switches.get(account)?.dueMs ?? null;
  }

  /** Each counts its whole time-out anew. */
  renewAll(nowMs: number): void {
    for (const { account, timeoutMs } of this.armed()) this.arm(account, timeoutMs, nowMs);
  }

  /** Takes the switch that goes off first: the earliest, then the lowest account. Not for an empty table. */
  takeDue(): number {
    const account = this.#heap.nextId;
    this.#heap.pop();
    this.#switches.delete(account);
    this.#settleTop();
    return account;
  }

  /** All that are on, by account. */
  armed(): ArmedSwitch[] {
    const armed = [...this.#switches].map(([account, { timeoutMs, dueMs }]) => {
      return { account, timeoutMs, dueMs };
    });
    return armed.sort((a, b) => a.account - b.account);
  }

  save(out: SnapshotWriter): void {
    const armed = this.armed();
    for (const field of ["account", "timeoutMs", "dueMs"] as const) {
      out.column(Float64Array.from(armed, (one) => one[field]));
    }
  }

  load(from: SnapshotReader): void {
    const [accounts, timeouts, dues] = [from.doubles(), from.doubles(), from.doubles()];
    for (const [index, account] of accounts.entries()) {
      const dueMs = dues[index] as number;
      this.#switches.set(account, { timeoutMs: timeouts[index] as number, dueMs, entryMs: dueMs });
    }
    this.#rebuild();
    this.#settleTop();
  }

  #rebuild(): void {
    this.#heap = new DueHeap();
    for (const [account, due] of this.#switches) {
      due.entryMs = due.dueMs;
      this.#heap.push(due.dueMs, account);
    }
  }

  /** Drops entries that stand for nothing any more, and puts off those of renewed switches. */
  #settleTop(): void {
    const heap = this.#heap;
    while (heap.size > 0) {
      const account = heap.nextId;
      const due = this.#switches.get(account);
      if (due && due.dueMs === heap.nextMs) break;
      const isItsEntry = due?.entryMs === heap.nextMs;
      heap.pop();
      if (!due || !isItsEntry) continue;
      due.entryMs = due.dueMs;
      heap.push(due.dueMs, account);
    }
    this.nextMs = heap.nextMs;
  }
}
