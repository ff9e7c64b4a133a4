import type { Result } from "../../protocol/errors.ts";

/**
 * The wire between the engine and those who talk to it. Payloads cross as JSON, whatever carries
 * them, so nothing but JSON survives (no bigint, no undefined, no class). Neither end writes to what it
 * gave or got: inside one process both have the same objects.
 */

/** Events of one journalled command. `prev` is the id published before it, so a hole shows. */
export interface PublishedBatch {
  /** Rises with each batch, not always by one. */
  id: number;
  prev: number;
  payload: unknown;
}

export type BusHandler = (request: unknown) => Promise<unknown>;

/** The engine's end. There is one at a time. */
export interface BusServer {
  /** The highest id that the carrier has; 0 when none. A restarted engine publishes what follows. */
  publishedThrough(): Promise<number>;
  /** Forgets all events, because they belong to another history; every subscriber meets a gap. */
  resetEvents(): Promise<void>;
  /**
   * Starts to take requests, in the order in which they came, many at a time. A request whose
   * sender has given up is dropped unseen. A handler that throws answers `internal`.
   */
  serve(handler: BusHandler): Promise<void>;
  /**
   * Hands batches over for delivery in order. An id already published is skipped. While the carrier
   * is away they wait in a bounded queue; what falls out of it shows as a gap.
   */
  publish(batches: readonly PublishedBatch[]): void;
  /** Takes no more requests, answers those it has, delivers what was published. */
  close(): Promise<void>;
}

/** An api's end. There may be many. */
export interface BusClient {
  /**
   * Asks the engine. Failures: `engine_unavailable` (it was not asked), `engine_busy` (neither),
   * `engine_timeout` (it may have taken the request), `internal` (its handler threw).
   */
  request(payload: unknown, options: { timeoutMs: number }): Promise<Result<{ reply: unknown }>>;
  /**
   * Delivers each batch with an id above `after`, in order and once. When one is missing it calls
   * `onGap` instead and ends: take a new snapshot and subscribe after that.
   */
  subscribe(
    handler: (batch: PublishedBatch) => void,
    options: { after: number; onGap: () => void },
  ): Promise<BusSubscription>;
  /** Whether the carrier answers: for health pages. */
  ping(): Promise<boolean>;
  close(): Promise<void>;
}

export interface BusSubscription {
  close(): Promise<void>;
}

/** Bounds of a bus; each has a default. */
export interface BusLimits {
  /** Requests that the engine's end works on, or a client's end waits for, at once. */
  maxInFlight: number;
  /** Requests that wait for the engine. */
  maxQueued: number;
  /** Batches kept for subscribers that come back. */
  maxEvents: number;
  /** Batches that wait while the carrier is away. */
  maxOutbox: number;
}

export const DEFAULT_BUS_LIMITS: BusLimits = {
  maxInFlight: 4_096,
  maxQueued: 16_384,
  maxEvents: 20_000,
  maxOutbox: 20_000,
};
