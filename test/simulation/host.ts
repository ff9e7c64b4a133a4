import type { Timers } from "../../platform/timers.ts";
import type { FaultRates } from "./faults.ts";
import { type Scheduler, Violation } from "./scheduler.ts";

/** What a request across a wire meets. */
export interface Wire {
  name: string;
  /** Refused with nothing done; carried out, the answer lost; both in ten thousand. */
  errorRate: number;
  lostRate: number;
  slowRate: number;
  /** Most that a usual request takes, there and back, ms. */
  usualMs: number;
  /** When a lost answer is given up. */
  timeoutMs: number;
  isAway: boolean;
  /** What a failure looks like to the one who asked. */
  failure(what: string): Error;
}

export interface World {
  scheduler: Scheduler;
  faults: FaultRates;
}

/**
 * A process. It reaches the outside by `call` and its timers alone, so once it is killed, what it was about to do
 * never happens, and what it waits for never comes. What it had asked for may still be done by others.
 */
export class Host {
  readonly name: string;
  readonly timers: Timers;
  alive = true;
  /** How far its wall clock is from true time. */
  skewMs = 0;
  readonly #world: World;
  readonly #onKilled: (() => void)[] = [];

  constructor(name: string, world: World) {
    this.name = name;
    this.#world = world;
    const { scheduler } = world;
    const bornMs = scheduler.nowMs;
    this.timers = {
      nowMs: () => scheduler.nowMs + this.skewMs,
      elapsedMs: () => scheduler.nowMs - bornMs,
      after: (delayMs, callback) => {
        if (!this.alive) return () => {};
        return scheduler.after(delayMs, "", () => this.step("timer", callback));
      },
      soon: (callback) => {
        scheduler.after(scheduler.random.below(2), "", () => this.step("turn", callback));
      },
    };
  }

  onKilled(callback: () => void): void {
    this.#onKilled.push(callback);
  }

  kill(why: string): void {
    if (!this.alive) return;
    this.alive = false;
    this.#world.scheduler.say(`${this.name} dies: ${why}`);
    for (const callback of this.#onKilled) callback();
  }

  /** Takes a step unless the process is dead, or dies right before it. */
  step(what: string, callback: () => void): void {
    if (!this.alive) return;
    if (this.#crashes()) this.kill(`before ${what}`);
    else callback();
  }

  /** Asks for something across a wire; `effect` is what the other side does, at once and whole. */
  call<T>(wire: Wire, what: string, effect: () => T): Promise<T> {
    const { scheduler } = this.#world;
    const { random } = scheduler;
    return new Promise((resolve, reject) => {
      this.step(what, () => {
        const isSlow = random.below(10_000) < wire.slowRate;
        const halfMs = () => random.below((wire.usualMs * (isSlow ? 40 : 1)) / 2 + 1);
        const refused = wire.isAway || random.below(10_000) < wire.errorRate;
        const lost = random.below(10_000) < wire.lostRate;
        scheduler.after(halfMs(), "", () => {
          // A dead process's request is still on its way, or was never sent.
          if (!this.alive && random.chance(50)) return;
          if (this.alive && this.#crashes()) this.kill(`while ${what} is on its way`);
          const answer = refused
            ? () => reject(wire.failure(`${what}: refused`))
            : this.#carryOut(effect, resolve, reject);
          if (lost && !refused) {
            const giveUp = () => reject(wire.failure(`${what}: no answer`));
            scheduler.after(wire.timeoutMs, "", () => this.step(`giving up ${what}`, giveUp));
            return;
          }
          scheduler.after(halfMs(), "", () => this.step(`the answer to ${what}`, answer));
        });
      });
    });
  }

  #carryOut<T>(
    effect: () => T,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ): () => void {
    try {
      const value = effect();
      return () => resolve(value);
    } catch (error) {
      if (error instanceof Violation) this.#world.scheduler.fail(error);
      return () => reject(error);
    }
  }

  #crashes(): boolean {
    return this.#world.scheduler.random.below(10_000) < this.#world.faults.crash;
  }
}
