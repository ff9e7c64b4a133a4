/** Points that come back at a steady rate, up to a burst of them. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #points: number;
  #asOfMs: number;

  constructor(options: { perSecond: number; burst: number; nowMs: number }) {
    this.#perSecond = options.perSecond;
    this.#burst = options.burst;
    this.#points = options.burst;
    this.#asOfMs = options.nowMs;
  }

  /** Takes `points` if there are so many. */
  take(points: number, nowMs: number): boolean {
    this.#refill(nowMs);
    if (this.#points < points) return false;
    this.#points -= points;
    return true;
  }

  /** Whether it is as good as new. */
  isFull(nowMs: number): boolean {
    this.#refill(nowMs);
    return this.#points >= this.#burst;
  }

  #refill(nowMs: number): void {
    const elapsedMs = Math.max(0, nowMs - this.#asOfMs);
    this.#points = Math.min(this.#burst, this.#points + (elapsedMs * this.#perSecond) / 1000);
    this.#asOfMs = nowMs;
  }
}
