import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { zeroHash } from "viem";
import { type SeededRandom, seededRandom } from "../../indexer/support/seeded-random.ts";
import { useExchange } from "../support/exchange-fixture.ts";
import { OptimisticFixture, PHASE, VOID_DELAY_SECONDS } from "../support/optimistic-fixture.ts";
import { errorNameOf } from "../support/refusal.ts";

const SEED = Number(process.env["SEED"] ?? 20_261_121);
const RUNS = 3;
const ACTIONS = Number(process.env["RANDOM_ACTIONS"] ?? 80);
const MARKETS = 12;
const MAX_STEP_SECONDS = 6_000;

describe("OptimisticResolver under random actions", () => {
  let o: OptimisticFixture;
  const x = useExchange(async (fixture) => {
    o = await OptimisticFixture.deploy(fixture);
    for (let market = 0; market < MARKETS; market++) await o.market();
  });
  const people = () => [x.alice, x.bob, x.carol, x.dave];

  /** What the contracts say no to changes nothing; all else is a fault of the test. */
  async function isDone(action: () => Promise<unknown>): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (error) {
      if (errorNameOf(error) === undefined) throw error;
      return false;
    }
  }

  /** Something that may suit where the market's answer stands; now and then anything at all. */
  async function act(random: SeededRandom): Promise<boolean> {
    const id = BigInt(random.integer(1, MARKETS));
    const one = random.pick(people());
    const payouts = [random.pick([0, 1000, 500])];
    const propose = () => o.propose(one, id, payouts);
    const challenge = () => o.write(one, "challenge", [id, zeroHash]);
    const finalize = () => o.write(one, "finalize", [id]);
    const arbitrate = () => o.write(o.arbiter, "arbitrate", [id, payouts, zeroHash]);
    const end = () => x.write(one, "voidMarket", [id]);
    const release = () => o.write(one, "releaseBonds", [id]);
    const withdraw = () => o.write(one, "withdrawCredit", [random.pick(people()).address]);
    const apt = [
      [propose],
      [challenge, finalize, end, release],
      [arbitrate, end, release],
      [withdraw],
    ][await o.phase(id)] as (() => Promise<unknown>)[];
    const any = [propose, challenge, finalize, arbitrate, end, release, withdraw];
    return isDone(random.pick(random.integer(1, 5) === 1 ? any : apt));
  }

  /** All that people and the resolver have together. */
  async function wealth(): Promise<bigint> {
    const wallets = await Promise.all(people().map((one) => x.walletOf(one)));
    return wallets.reduce((sum, micro) => sum + micro, await x.walletOf(o.resolver));
  }

  for (let run = 0; run < RUNS; run++) {
    const seed = SEED + run;
    it(`can pay all that it owes after each, and at last owes nothing (seed ${seed})`, async () => {
      const random = seededRandom(seed);
      const before = await wealth();
      await x.chain.travelTo(o.opensAt - MAX_STEP_SECONDS);
      let done = 0;
      for (let action = 0; action < ACTIONS; action++) {
        const isLongPause = random.integer(1, 40) === 1;
        const step = isLongPause ? VOID_DELAY_SECONDS : random.integer(1, MAX_STEP_SECONDS);
        await o.at((await o.now()) + step);
        if (await act(random)) done++;
        await o.assertSolvent();
      }
      assert.ok(done > ACTIONS / 4, `${done} of ${ACTIONS} actions did something`);

      await x.chain.travelTo((await o.now()) + 2 * VOID_DELAY_SECONDS);
      for (let id = 1n; id <= BigInt(MARKETS); id++) {
        await isDone(() => x.write(x.dave, "voidMarket", [id]));
        await isDone(() => o.write(x.dave, "releaseBonds", [id]));
        const phase = await o.phase(id);
        assert.ok(phase === PHASE.closed || phase === PHASE.none, `market ${id} holds bonds`);
      }
      for (const one of people()) {
        await isDone(() => o.write(one, "withdrawCredit", [one.address]));
      }
      assert.equal(await o.read("owedMicro"), 0n);
      assert.equal(await x.walletOf(o.resolver), 0n);
      assert.equal(await wealth(), before);
    });
  }
});
