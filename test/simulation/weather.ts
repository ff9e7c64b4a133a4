import type { EngineSupervisor } from "./engine-supervisor.ts";
import type { FaultRates } from "./faults.ts";
import type { Wire, World } from "./host.ts";
import type { ModelChain } from "./model-chain.ts";
import type { ModelPostgres } from "./model-postgres.ts";
import type { ModelRpc } from "./model-rpc.ts";

const HOUR_MS = 3_600_000;

export interface Weathered {
  world: World;
  chain: ModelChain;
  postgres: ModelPostgres;
  rpc: ModelRpc;
  supervisor: EngineSupervisor;
  confirmations: number;
}

/** Blocks as they come, and the faults that need no request to happen. */
export class Weather {
  readonly #in: Weathered;
  #isClear = false;

  constructor(weathered: Weathered) {
    this.#in = weathered;
  }

  begin(): void {
    this.#nextBlock();
    this.#nextSecond();
  }

  /** From here on nothing goes wrong any more, and what was away is back. */
  clear(): void {
    const { chain, postgres, rpc, supervisor, world } = this.#in;
    this.#isClear = true;
    world.scheduler.say("the faults have stopped");
    postgres.wire.isAway = false;
    rpc.wire.isAway = false;
    rpc.lagBlocks = 0;
    chain.baseFeePerGas = chain.head.baseFeePerGas > 10n ** 9n ? 10n ** 9n : chain.baseFeePerGas;
    for (const host of supervisor.hosts) host.skewMs = 0;
  }

  #hits(kind: keyof FaultRates): boolean {
    const { scheduler, faults } = this.#in.world;
    return scheduler.random.below(10_000) < faults[kind];
  }

  #nextBlock(): void {
    const { chain, world, confirmations } = this.#in;
    const { scheduler } = world;
    const { random } = scheduler;
    scheduler.after(random.between(800, 2_500), "", () => {
      if (this.#hits("drop")) chain.drop();
      if (this.#hits("foreignNonce")) chain.useNonce();
      if (this.#hits("feeSpike")) this.#feeSpike();
      const depth = random.between(1, this.#hits("deepReorg") ? confirmations + 4 : confirmations);
      if (this.#hits("reorg")) chain.reorganise(depth);
      else chain.mine();
      this.#nextBlock();
    });
  }

  #feeSpike(): void {
    const { chain, world } = this.#in;
    const { scheduler } = world;
    chain.baseFeePerGas = 10n ** 9n * BigInt(scheduler.random.between(2, 6));
    scheduler.say(`the base fee is ${chain.baseFeePerGas}`);
    scheduler.after(scheduler.random.between(3_000, 15_000), "", () => {
      chain.baseFeePerGas = 10n ** 9n;
    });
  }

  #nextSecond(): void {
    const { scheduler } = this.#in.world;
    scheduler.after(1_000, "", () => {
      if (this.#isClear) return;
      this.#second();
      this.#nextSecond();
    });
  }

  #second(): void {
    const { postgres, rpc, supervisor, world } = this.#in;
    const { scheduler } = world;
    const { random } = scheduler;
    if (this.#hits("clockJump")) {
      for (const host of supervisor.hosts) {
        host.skewMs = random.pick([
          0,
          random.between(-600, 600),
          random.between(-20_000, 20_000),
          random.between(-HOUR_MS, HOUR_MS),
        ]);
        scheduler.say(`the clock of ${host.name} jumps to ${host.skewMs} ms from the truth`);
      }
    }
    if (this.#hits("takeover")) this.#takeOver();
    if (this.#hits("outage")) this.#away(random.pick([postgres.wire, rpc.wire]));
    rpc.lagBlocks = world.faults.rpcSlow > 0 ? random.below(3) : 0;
  }

  /** The engine is told to stop, or is cut off from the journal while a standby waits for it. */
  #takeOver(): void {
    const { postgres, supervisor, world } = this.#in;
    if (world.scheduler.random.chance(30)) {
      supervisor.stop();
    } else if (postgres.endHolder()) {
      world.scheduler.say("the journal's session is ended, and a standby starts");
      supervisor.start();
    }
  }

  #away(wire: Wire): void {
    const { postgres, world } = this.#in;
    const { scheduler } = world;
    scheduler.say(`${wire.name} is away`);
    wire.isAway = true;
    if (wire === postgres.wire) postgres.endAll();
    scheduler.after(scheduler.random.between(500, 10_000), `${wire.name} is back`, () => {
      wire.isAway = false;
    });
  }
}
