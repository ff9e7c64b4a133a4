import type { PublishedBatch } from "../../platform/bus/bus.ts";
import type { EngineEvent, EventBatch } from "../../protocol/engine/event.ts";

/** Batches that a restart publishes again at most, for subscribers that missed the crash. */
const MAX_REPLAYED = 10_000;

/** Numbers what goes out, so that each batch names the one before it. */
export interface EventPublisher {
  /** Goes on after a command whose events, and all before them, were numbered by the last engine. */
  resume(lastEventSeq: number): void;
  /** Takes a command's events while the journal is replayed. */
  replayed(seq: number, events: readonly EngineEvent[]): void;
  /** Publishes what the carrier had not yet got when the last engine ended. */
  catchUp(publishedThrough: number): void;
  publish(batches: EventBatch[]): void;
}

export function createEventPublisher(
  send: (batches: readonly PublishedBatch[]) => void,
): EventPublisher {
  let previous = 0;
  let tail: PublishedBatch[] = [];

  function number(batch: EventBatch): PublishedBatch {
    const numbered = { id: batch.seq, prev: previous, payload: batch };
    previous = batch.seq;
    return numbered;
  }

  return {
    resume(lastEventSeq) {
      previous = lastEventSeq;
    },
    replayed(seq, events) {
      if (events.length === 0) return;
      tail.push(number({ seq, events: [...events] }));
      if (tail.length >= 2 * MAX_REPLAYED) tail = tail.slice(-MAX_REPLAYED);
    },
    catchUp(publishedThrough) {
      send(tail.slice(-MAX_REPLAYED).filter(({ id }) => id > publishedThrough));
      tail = [];
    },
    publish(batches) {
      if (batches.length > 0) send(batches.map(number));
    },
  };
}
