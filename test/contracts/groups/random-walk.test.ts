import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Actor } from "../support/actor.ts";
import { EXIT_DELAY_SECONDS, useExchange } from "../support/exchange-fixture.ts";
import { createGroup, exportNow, memberSet, passGrace } from "../support/groups.ts";

const COUNT = 4;
const STEPS = 120;
const SEEDS = [1, 2, 3];

/** Numbers below `below`, the same ones for the same seed (mulberry32). */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

describe("a random walk through a group", () => {
  const groupId = 2n;
  const members = Array.from({ length: COUNT }, (_, i) => groupId + BigInt(i));
  const x = useExchange(async (fixture) => {
    await fixture.createMarket();
    await createGroup(fixture, COUNT);
    for (const owner of [fixture.alice, fixture.bob, fixture.carol]) {
      await fixture.fund(owner, 5_000_000n);
      await fixture.faucet(owner, 20_000_000n);
      await fixture.approve(owner, 20_000_000n);
    }
  });
  const people = (): Actor[] => [x.alice, x.bob, x.carol];
  const everything = 3n * 25_000_000n;
  /** How often the walk converted, each way. */
  let conversions = { no: 0, yes: 0 };

  /** The least that `owner` has in its wallet of the tokens that a conversion burns. */
  async function convertible(owner: Actor, set: bigint, burned: 0 | 1): Promise<bigint> {
    const inSet = (i: number) => ((set >> BigInt(i)) & 1n) === 1n;
    const burns = members.filter((_, i) => inSet(i) === (burned === 0));
    const held = await Promise.all(burns.map((id) => x.tokensOf(owner, Number(id), burned)));
    return BigInt(Math.min(40, ...held.map(Number)));
  }

  const steps = {
    async trade(random: (below: number) => number) {
      const marketId = Number(members[random(COUNT)]);
      const taker = random(3);
      const [buyer, other] = [people()[taker] as Actor, people()[(taker + 1) % 3] as Actor];
      const price = 1 + random(999);
      const kinds = [
        [0, 0, 1000 - price],
        [1, 1, price],
      ] as const;
      const [outcome, side, otherPrice] = kinds[random(2)] ?? kinds[0];
      const orders = [
        await x.order(buyer, { marketId, price }),
        await x.order(other, { marketId, outcome, side, price: otherPrice }),
      ];
      const fill = {
        takerIndex: 0,
        makerIndex: 1,
        quantityLots: 1 + random(50),
        yesPriceTicks: price,
      };
      await x.settle(orders, [fill]);
    },
    async split(random: (below: number) => number) {
      const id = members[random(COUNT)] as bigint;
      await x.write(people()[random(3)] as Actor, "split", [id, BigInt(1 + random(40))]);
    },
    async export(random: (below: number) => number) {
      const owner = people()[random(3)] as Actor;
      for (const id of members) {
        const outcome = random(2) as 0 | 1;
        const [yes, no] = await x.read("sharesOf", [owner.address, id]);
        const lots = outcome === 1 ? yes : no;
        if (lots > 0n) await exportNow(x, owner, id, outcome, lots);
      }
    },
    async import(random: (below: number) => number) {
      const owner = people()[random(3)] as Actor;
      const id = members[random(COUNT)] as bigint;
      const outcome = random(2);
      const lots = await x.tokensOf(owner, Number(id), outcome);
      if (lots > 0n) await x.write(owner, "importShares", [id, outcome, lots]);
    },
    async convertNo(random: (below: number) => number) {
      const owner = people()[random(3)] as Actor;
      const set = BigInt(1 + random(2 ** COUNT - 1));
      const lots = await convertible(owner, set, 0);
      if (lots === 0n) return;
      await x.write(owner, "convertNo", [groupId, set, lots]);
      conversions.no++;
    },
    async convertYes(random: (below: number) => number) {
      const owner = people()[random(3)] as Actor;
      const set = random(3) === 0 ? memberSet(0, 1, 2, 3) : BigInt(1 + random(2 ** COUNT - 1));
      const lots = await convertible(owner, set, 1);
      if (lots === 0n) return;
      await x.write(owner, "convertYes", [groupId, set, lots]);
      conversions.yes++;
    },
  } as const;

  async function everyoneLeaves(): Promise<void> {
    for (const owner of people()) {
      for (const id of members) {
        const [yes, no] = await x.read("sharesOf", [owner.address, id]);
        if (yes + no > 0n) await x.write(x.dave, "redeem", [owner.address, id]);
        const tokens =
          (await x.tokensOf(owner, Number(id), 0)) + (await x.tokensOf(owner, Number(id), 1));
        if (tokens > 0n) await x.write(owner, "redeemTokens", [id]);
      }
      const cash = await x.cash(owner);
      if (cash > 0n) await x.write(owner, "requestWithdrawal", [cash]);
    }
    await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
    for (const owner of people()) {
      if ((await x.cash(owner)) > 0n) await x.write(x.dave, "executeWithdrawal", [owner.address]);
    }
  }

  for (const seed of SEEDS) {
    it(`owes exactly what it holds at every step, until all is out (seed ${seed})`, async () => {
      const random = randomFrom(seed);
      const names = Object.keys(steps) as (keyof typeof steps)[];
      conversions = { no: 0, yes: 0 };
      for (let step = 0; step < STEPS; step++) {
        await steps[names[random(names.length)] as keyof typeof steps](random);
      }
      assert.ok(conversions.no > 2 && conversions.yes > 2, JSON.stringify(conversions));
      await passGrace(x, groupId);
      const winner = random(COUNT);
      const payouts =
        seed === 1 ? [1, 332, 333, 334] : members.map((_, i) => (i === winner ? 1000 : 0));
      await x.write(x.resolver, "resolveGroup", [groupId, payouts]);
      await everyoneLeaves();
      assert.equal(await x.walletOf(x.exchange), 0n);
      assert.equal(await x.read("collateralMicro"), 0n);
      const wallets = await Promise.all(people().map((owner) => x.walletOf(owner)));
      assert.equal(
        wallets.reduce((sum, micro) => sum + micro, 0n),
        everything,
      );
    }).timeout(60_000);
  }
});
