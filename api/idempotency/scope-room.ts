/** What a scope keeps now: keys, and the bytes of their replies. */
export interface ScopeUse {
  keys: number;
  bytes: number;
}

export interface ScopeBounds {
  maxKeys: number;
  maxBytes: number;
  /** No reply is larger. */
  replyBytesMax: number;
}

interface Room {
  /** New keys that may be taken before the next count. */
  left: number;
  /** Counted full: so long nothing is counted again. */
  fullUntilMs: number;
  counting: Promise<void> | null;
}

const SCOPES_MAX = 10_000;
const FULL_MS = 1_000;
/** Of the room that a count found, the part that is given out before the next one. */
const SHARE = 4;

function roomIn({ keys, bytes }: ScopeUse, bounds: ScopeBounds): number {
  const freeKeys = bounds.maxKeys - keys;
  const freeBytes = bounds.maxBytes - bytes;
  if (freeKeys <= 0 || freeBytes <= 0) return 0;
  const replies = Math.min(freeKeys, freeBytes / bounds.replyBytesMax);
  return Math.max(1, Math.floor(replies / SHARE));
}

/**
 * Which scopes have room for another key, counted now and then instead of at each one. So the bound is
 * approximate: replicas that count at once may together pass it, by a quarter of what was free for each replica
 * above four, and by what was under way.
 */
export class ScopeRoom {
  readonly #count: (scope: string) => Promise<ScopeUse>;
  readonly #now: () => number;
  /** The scope that asked longest ago comes first. */
  readonly #rooms = new Map<string, Room>();

  constructor(count: (scope: string) => Promise<ScopeUse>, now: () => number = Date.now) {
    this.#count = count;
    this.#now = now;
  }

  /** Whether the scope may have another key, which is then counted as taken. */
  async take(scope: string, bounds: ScopeBounds): Promise<boolean> {
    const room = this.#roomOf(scope);
    if (room.left === 0 && room.fullUntilMs <= this.#now()) {
      room.counting ??= this.#recount(scope, room, bounds);
      await room.counting;
    }
    if (room.left === 0) return false;
    room.left -= 1;
    return true;
  }

  #roomOf(scope: string): Room {
    const room = this.#rooms.get(scope) ?? { left: 0, fullUntilMs: 0, counting: null };
    this.#rooms.delete(scope);
    this.#rooms.set(scope, room);
    if (this.#rooms.size > SCOPES_MAX) {
      this.#rooms.delete(this.#rooms.keys().next().value as string);
    }
    return room;
  }

  async #recount(scope: string, room: Room, bounds: ScopeBounds): Promise<void> {
    try {
      room.left = roomIn(await this.#count(scope), bounds);
      if (room.left === 0) room.fullUntilMs = this.#now() + FULL_MS;
    } finally {
      room.counting = null;
    }
  }
}
