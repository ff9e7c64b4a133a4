import { WS_MESSAGE_POINTS } from "../../protocol/wire/stream-request.ts";
import type { AddressEntry } from "./address-book.ts";
import { TokenBucket } from "./token-bucket.ts";

/** Points that a connection may save up, in seconds of its rate: enough to take many streams up at once. */
const BURST_SECONDS = 10;
/** Refusals in a row after which a client that does not listen to them is cut. */
const REFUSALS_MAX = 200;

/** What one connection may ask for in a time, out of its own points and its address's. */
export class MessageBudget {
  readonly #own: TokenBucket;
  readonly #address: AddressEntry;
  #refusals = 0;

  constructor(address: AddressEntry, pointsPerSecond: number) {
    this.#address = address;
    this.#own = new TokenBucket({
      perSecond: pointsPerSecond,
      burst: pointsPerSecond * BURST_SECONDS,
      nowMs: Date.now(),
    });
  }

  /** Charges for a message by its size, before it is looked into. */
  takeMessage(bytes: number): boolean {
    return this.#take(1 + Math.floor(bytes / WS_MESSAGE_POINTS.bytesPerPoint));
  }

  /** Charges for what a message asks for, beyond having been read. */
  takeOperation(op: keyof typeof WS_MESSAGE_POINTS.operations): boolean {
    return this.#take(WS_MESSAGE_POINTS.operations[op]);
  }

  /** Whether it went on and on after it was refused. */
  get isExhausted(): boolean {
    return this.#refusals > REFUSALS_MAX;
  }

  #take(points: number): boolean {
    const nowMs = Date.now();
    const isTaken = this.#own.take(points, nowMs) && this.#address.bucket.take(points, nowMs);
    if (isTaken) this.#refusals = 0;
    else this.#refusals += 1;
    return isTaken;
  }
}
