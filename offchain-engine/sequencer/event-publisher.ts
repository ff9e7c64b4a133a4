import type { PublishedBatch } from "../../platform/bus/bus.ts";
import type { EngineEvent, EventBatch } from "../../protocol/engine/event.ts";

/** Batches that a restart publishes again at most, for subscribers that missed the crash. */
const MAX_REPLAYED = 10_000;
/** Events in these, give or take one batch. */
const MAX_REPLAYED_EVENTS = 1_000_000;
/** Events of one command that are carried: some tens of megabytes for each who listens. */
export const MAX_CARRIED_EVENTS = 50_000;

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
  let tailEvents = 0;

  /**
   * A command that changed more than can be carried (a market closes over very many orders) leaves a hole in place
   * of its events: a batch that comes after itself. Who follows takes the state anew, which is far smaller.
   */
  function number({ seq, events }: EventBatch): PublishedBatch {
    const isTooMuch = events.length > MAX_CARRIED_EVENTS;
    const numbered = isTooMuch
      ? { id: seq, prev: seq, payload: { seq, events: [] } }
      : { id: seq, prev: previous, payload: { seq, events } };
    previous = seq;
    return numbered;
  }

  /** Halves what is kept, so that a cut costs little per batch. */
  function cutTail(): void {
    if (tail.length < 2 * MAX_REPLAYED && tailEvents <= MAX_REPLAYED_EVENTS) return;
    tail = tail.slice(-Math.min(MAX_REPLAYED, Math.ceil(tail.length / 2)));
    tailEvents = tail.reduce((sum, { payload }) => sum + (payload as EventBatch).events.length, 0);
  }

  return {
    resume(lastEventSeq) {
      previous = lastEventSeq;
    },
    replayed(seq, events) {
      if (events.length === 0) return;
      tail.push(number({ seq, events: [...events] }));
      tailEvents += events.length;
      cutTail();
    },
    catchUp(publishedThrough) {
      send(tail.slice(-MAX_REPLAYED).filter(({ id }) => id > publishedThrough));
      tail = [];
      tailEvents = 0;
    },
    publish(batches) {
      if (batches.length > 0) send(batches.map(number));
    },
  };
}
