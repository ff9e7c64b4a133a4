import { jsonWeight } from "../../platform/json-weight.ts";
import { frameBytes } from "./frame-bytes.ts";
import type { Frame } from "./stream-log.ts";

/** What an event and a frame of our own have in common. */
type StreamMessage = { type: string; seq: number; prev: number };

/** An account's event is an order, a fill, a balance or a position: none of them is larger. */
const ACCOUNT_EVENT_WEIGHT = 1_024;

/** A frame that is put into bytes when a reader first wants them: most streams have none at most times. */
export class LazyFrame implements Frame {
  readonly seq: number;
  readonly prev: number;
  readonly weight: number;
  #message: Readonly<StreamMessage> | null;
  #stream: string;
  #bytes: Buffer | null = null;

  /** `message` goes out with the name of its stream; nobody may write to it any more. */
  constructor(message: Readonly<StreamMessage>, stream: string) {
    this.seq = message.seq;
    this.prev = message.prev;
    this.#message = message;
    this.#stream = stream;
    // Weighing costs, and accounts have the most events by far.
    this.weight =
      message.type === "account"
        ? ACCOUNT_EVENT_WEIGHT
        : (jsonWeight(message) ?? this.bytes.length);
  }

  get bytes(): Buffer {
    if (this.#bytes === null) {
      this.#bytes = frameBytes(JSON.stringify({ ...this.#message, stream: this.#stream }));
      this.#message = null;
    }
    return this.#bytes;
  }
}
