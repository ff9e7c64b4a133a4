import { TokenBucket } from "./token-bucket.ts";

/** What all connections of one address share. */
export interface AddressEntry {
  connections: number;
  /** Connections to be, whose session is being looked up. */
  handshakes: number;
  subscriptions: number;
  bucket: TokenBucket;
}

/** Points that an address may save up, in seconds of its rate. */
const BURST_SECONDS = 10;
/** What a connection costs its address: a session is looked up, and more. */
const CONNECTION_POINTS = 5;
/** Addresses remembered at most; beyond, new ones are refused until others have gone. */
const MAX_ADDRESSES = 100_000;

/**
 * The addresses that have connections, or had some lately: one that comes back at once finds its bucket
 * as it left it.
 */
export class AddressBook {
  readonly #pointsPerSecond: number;
  readonly #entries = new Map<string, AddressEntry>();

  constructor(pointsPerSecond: number) {
    this.#pointsPerSecond = pointsPerSecond;
  }

  /** The address's entry, charged for one more attempt to connect; null when it made too many. */
  attempt(address: string, nowMs: number): AddressEntry | null {
    const entry = this.#entries.get(address) ?? this.#create(address, nowMs);
    return entry?.bucket.take(CONNECTION_POINTS, nowMs) ? entry : null;
  }

  /** Forgets those without a connection, or one to be, whose bucket is full again. */
  sweep(nowMs: number): void {
    for (const [address, { connections, handshakes, bucket }] of this.#entries) {
      if (connections + handshakes === 0 && bucket.isFull(nowMs)) this.#entries.delete(address);
    }
  }

  #create(address: string, nowMs: number): AddressEntry | null {
    if (this.#entries.size >= MAX_ADDRESSES) return null;
    const perSecond = this.#pointsPerSecond;
    const bucket = new TokenBucket({ perSecond, burst: perSecond * BURST_SECONDS, nowMs });
    const entry = { connections: 0, handshakes: 0, subscriptions: 0, bucket };
    this.#entries.set(address, entry);
    return entry;
  }
}
