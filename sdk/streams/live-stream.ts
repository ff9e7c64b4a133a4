import { AgonError } from "../agon-error.ts";
import { ConditionWaiters } from "./condition-waiters.ts";
import type { StreamConnection, StreamFollower } from "./stream-connection.ts";
import type { StreamDefinition } from "./stream-definition.ts";
import type { StreamStatistics } from "./stream-subscription.ts";

const READY_TIMEOUT_MS = 30_000;

/** A state that follows the exchange: complete and verified up to `seq`, healed by itself. */
export interface LiveStream<State> {
  readonly stream: string;
  /** The present state. @throws AgonError before the first snapshot: await `ready()` first */
  readonly state: State;
  readonly seq: number;
  readonly statistics: Readonly<StreamStatistics>;
  /** Resolves with the first state. */
  ready(timeoutMs?: number): Promise<State>;
  /** Calls back after each change; gives the way to stop. */
  onChange(listener: (state: State) => void): () => void;
  /** Calls back once, when the stream ends for good; gives the way to stop. */
  onFailure(listener: (error: AgonError) => void): () => void;
  /**
   * Resolves with what `condition` returns once that is neither false, null nor undefined.
   * @throws AgonError `condition_timed_out`
   */
  waitFor<T>(
    condition: (state: State) => T | false | null | undefined,
    timeoutMs: number,
  ): Promise<T>;
  close(): void;
}

/** Puts into a state what was learned by another way than its stream. */
export type Amend<State> = (change: (state: State) => State) => void;

/**
 * Follows the stream of `definition` on the client's connection. `onSnapshot` is called after each
 * snapshot, to learn by other ways what no snapshot tells; `previous` is what was known before it.
 */
export function openLiveStream<State>(
  connection: StreamConnection,
  definition: StreamDefinition<State>,
  onSnapshot?: (amend: Amend<State>, state: State, previous: State | null) => void,
): LiveStream<State> {
  const waiters = new ConditionWaiters<State>();
  const listeners = new Set<(state: State) => void>();
  const failureListeners = new Set<(error: AgonError) => void>();
  let end: AgonError | null = null;

  function failed(error: AgonError) {
    end = error;
    waiters.failed(error);
    for (const listener of failureListeners) listener(error);
  }

  const follower: StreamFollower<State> = {
    changed(state) {
      waiters.changed(state);
      for (const listener of [...listeners]) listener(state);
    },
    begun: (state, previous) =>
      onSnapshot?.((change) => subscription.amend(change), state, previous),
    failed,
  };
  const { subscription, stop } = connection.follow(definition, follower);

  async function waitFor<T>(
    condition: (state: State) => T | false | null | undefined,
    timeoutMs: number,
  ): Promise<T> {
    const ended = end ?? subscription.failure;
    if (ended !== null) throw ended;
    return waiters.wait(subscription.state, condition, timeoutMs);
  }

  if (subscription.state !== null) follower.begun(subscription.state, null);
  return {
    stream: definition.stream,
    get state() {
      if (subscription.state !== null) return subscription.state;
      throw new AgonError("condition_timed_out", { detail: "The stream has no snapshot yet." });
    },
    get seq() {
      return subscription.lastSeq;
    },
    statistics: subscription.statistics,
    ready: (timeoutMs = READY_TIMEOUT_MS) =>
      waitFor((state) => ({ state }), timeoutMs).then((met) => met.state),
    onChange: (listener) => registered(listeners, listener),
    onFailure: (listener) => registered(failureListeners, listener),
    waitFor,
    close() {
      stop();
      if (end === null) failed(new AgonError("stream_closed"));
    },
  };
}

function registered<T>(set: Set<T>, item: T): () => void {
  set.add(item);
  return () => set.delete(item);
}
