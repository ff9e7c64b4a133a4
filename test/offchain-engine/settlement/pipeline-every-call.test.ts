import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { createChainClient } from "../../../offchain-engine/chain/client.ts";
import { SettlementHalt } from "../../../offchain-engine/settlement/settlement.ts";
import { eventually } from "../chain/eventually.ts";
import { type ExchangeWorld, startExchangeWorld } from "./exchange-world.ts";
import { beginLiveCase } from "./live-case.ts";

/** A process that dies at one of its calls to the world outside. */
class Mortal {
  calls = 0;
  readonly #diesAt: number;
  readonly #when: "before" | "after";

  constructor(diesAt: number, when: "before" | "after") {
    this.#diesAt = diesAt;
    this.#when = when;
  }

  /** The same port; its methods count as calls. Once dead, nothing gets out any more. */
  port<Port extends object>(port: Port): Port {
    return new Proxy(port, {
      get: (target, name) => {
        const value = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        return (...parameters: unknown[]) => this.call(() => value.apply(target, parameters));
      },
    });
  }

  async call<Result>(call: () => Promise<Result>): Promise<Result> {
    const number = ++this.calls;
    const isLast = number === this.#diesAt;
    if (number > this.#diesAt || (isLast && this.#when === "before")) throw dead();
    const result = await call();
    if (isLast) throw dead();
    return result;
  }
}

function dead(): SettlementHalt {
  return new SettlementHalt("killed");
}

describe("settlement pipeline, killed at each of its calls in turn", function () {
  this.timeout(180_000);
  let world: ExchangeWorld;

  before(async () => {
    world = await startExchangeWorld();
  });
  after(() => world.stop());

  /** Whether the pipeline got that far. */
  async function settlesThoughKilled(diesAt: number, when: "before" | "after"): Promise<boolean> {
    const live = await beginLiveCase(world);
    try {
      await live.trade();
      const mortal = new Mortal(diesAt, when);
      const first = live.settle({
        client: mortal.port(createChainClient({ rpcUrl: world.chain.rpcUrl })),
        store: mortal.port(live.store),
        submit: (report) => mortal.call(() => live.engine.submit(report)),
      });
      const allSettled = () => live.engine.fills().every(({ status }) => status === "settled");
      const noneOpen = async () => (await live.store.open()).length === 0;
      await eventually("it is killed or done", async () => {
        return first.status().state === "halted" || (allSettled() && (await noneOpen()));
      });
      await first.stop();
      const wasKilled = mortal.calls >= diesAt;
      await live.trade(50);
      live.settle();
      await eventually("every fill settles", allSettled);
      assert.deepEqual([await live.yesLots(0), await live.yesLots(1)], [9_850n, 10_150n]);
      await eventually("no batch stays open", noneOpen);
      return wasKilled;
    } finally {
      await live.end();
    }
  }

  for (const when of ["before", "after"] as const) {
    it(`settles everything once, killed ${when} the call`, async () => {
      let calls = 0;
      while (await settlesThoughKilled(calls + 1, when)) calls++;
      assert.ok(calls >= 12, `the pipeline made only ${calls} calls`);
    });
  }
});
