import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { keccak256, toHex, zeroAddress, zeroHash } from "viem";
import { SETTLEMENT_GRACE_SECONDS, useExchange } from "../support/exchange-fixture.ts";
import {
  AWARD_MICRO,
  BOND_MICRO,
  MAX_WINDOW_SECONDS,
  MIN_WINDOW_SECONDS,
  OptimisticFixture,
  PHASE,
  VOID_DELAY_SECONDS,
  WINDOW_SECONDS,
} from "../support/optimistic-fixture.ts";
import { assertRefused } from "../support/refusal.ts";

const RESOLVED = 3;
const VOID = 4;
const EVIDENCE = keccak256(toHex("what the proposer shows"));
const COUNTER_EVIDENCE = keccak256(toHex("what the challenger shows"));
const VERDICT = keccak256(toHex("what the arbiter found"));

describe("OptimisticResolver", () => {
  let o: OptimisticFixture;
  const x = useExchange(async (fixture) => {
    o = await OptimisticFixture.deploy(fixture);
  });

  describe("terms", () => {
    it("refuses them from anyone but the exchange", async () => {
      await assertRefused(o.attempt(x.admin, "marketCreated", [1n, o.terms()]), "NotExchange");
    });

    it("refuses no arbiter, no bond, too much of one, and a window outside of its bounds", async () => {
      const invalid = [
        { arbiter: zeroAddress },
        { bondMicro: 0n },
        { bondMicro: 2n ** 53n },
        { challengeWindowSeconds: MIN_WINDOW_SECONDS - 1 },
        { challengeWindowSeconds: MAX_WINDOW_SECONDS + 1 },
      ];
      for (const overrides of invalid) {
        const { resolver } = o;
        const params = x.marketParams({ resolver, resolverData: o.terms(overrides) });
        await assertRefused(x.attempt(x.admin, "createMarket", [params]), "TermsInvalid");
      }
    });

    it("refuses an exchange whose exit delay leaves no window before the void", async () => {
      const args = [
        await x.chain.deploy("SlowExchange", x.admin.address, [MAX_WINDOW_SECONDS + 1]),
      ];
      const deploying = x.chain.deploy("OptimisticResolver", x.admin.address, args);
      await assertRefused(deploying, "ConfigInvalid");
    });

    it("leaves a market that was created without them to its void", async () => {
      const { resolver } = o;
      const marketId = BigInt(await x.createMarket({ resolver }));
      await x.chain.travelTo(o.opensAt);
      const proposing = o.attempt(x.alice, "propose", [marketId, [1000], zeroHash]);
      await assertRefused(proposing, "TermsMissing");
    });

    it("are taken at the bounds, kept and told", async () => {
      const rulesHash = keccak256(toHex("the court's rules"));
      for (const challengeWindowSeconds of [MIN_WINDOW_SECONDS, MAX_WINDOW_SECONDS]) {
        const overrides = { bondMicro: 2n ** 53n - 1n, challengeWindowSeconds, rulesHash };
        const { resolver } = o;
        const params = x.marketParams({ resolver, resolverData: o.terms(overrides) });
        const receipt = await x.write(x.admin, "createMarket", [params]);
        const marketId = await x.read("marketCount");
        const terms = {
          arbiter: o.arbiter.address,
          bondMicro: 2n ** 53n - 1n,
          challengeWindow: challengeWindowSeconds,
          rulesHash,
        };
        assert.deepEqual(await o.read("termsOf", [marketId]), terms);
        assert.deepEqual(o.events(receipt), [["TermsSet", { marketId, ...terms }]]);
      }
      const bounds = [
        await o.read("MIN_CHALLENGE_WINDOW"),
        await o.read("MAX_CHALLENGE_WINDOW"),
        await o.read("ARBITRATION_PERIOD"),
      ];
      assert.deepEqual(bounds, [MIN_WINDOW_SECONDS, MAX_WINDOW_SECONDS, 3 * 86_400]);
    });
  });

  describe("propose", () => {
    it("refuses before the close and the settlement grace are over", async () => {
      const marketId = await o.market();
      const { closeTime } = await x.read("market", [marketId]);
      await o.at(closeTime + SETTLEMENT_GRACE_SECONDS);
      await assertRefused(o.propose(x.alice, marketId, [1000]), "TooEarly");
    });

    it("refuses payouts that are none of one market", async () => {
      const marketId = await o.market();
      await x.chain.travelTo(o.opensAt);
      for (const payouts of [[], [1000, 0], [500, 500]]) {
        const proposing = o.attempt(x.alice, "propose", [marketId, payouts, zeroHash]);
        await assertRefused(proposing, "GroupUnknown");
      }
      const proposing = o.attempt(x.alice, "propose", [marketId, [1001], zeroHash]);
      await assertRefused(proposing, "PayoutInvalid");
    });

    it("refuses without the bond, whole", async () => {
      const marketId = await o.market({ bondMicro: 41n * BOND_MICRO });
      await x.chain.travelTo(o.opensAt);
      const proposing = o.attempt(x.alice, "propose", [marketId, [1000], zeroHash]);
      await assertRefused(proposing, "ERC20InsufficientAllowance");
    });

    it("refuses while an answer stands, disputed or not, and after it", async () => {
      const marketId = await o.market();
      await o.proposeInTime(x.alice, marketId, [1000]);
      const second = () => o.attempt(x.bob, "propose", [marketId, [0], zeroHash]);
      await assertRefused(second(), "AnswerStands");
      await o.write(x.bob, "challenge", [marketId, zeroHash]);
      await assertRefused(second(), "AnswerStands");
      await o.write(o.arbiter, "arbitrate", [marketId, [0], zeroHash]);
      await assertRefused(second(), "AnswerStands");
    });

    it("takes the bond, tells the exchange, and shows the answer with its evidence", async () => {
      const marketId = await o.market();
      const before = await x.walletOf(x.alice);
      await o.at(o.opensAt);
      const receipt = await o.propose(x.alice, marketId, [730], EVIDENCE);
      const challengeEndsAt = o.opensAt + WINDOW_SECONDS;
      const shown = { proposer: x.alice.address, payoutsYes: [730], challengeEndsAt };
      assert.deepEqual(o.events(receipt), [
        ["AnswerProposed", { marketId, ...shown, evidenceHash: EVIDENCE }],
      ]);
      assert.deepEqual(x.events(receipt, "MarketProposed"), [{ marketId, payoutYes: 730 }]);
      assert.deepEqual(await o.read("answerOf", [marketId]), {
        ...shown,
        phase: PHASE.proposed,
        challenger: zeroAddress,
      });
      assert.equal(before - (await x.walletOf(x.alice)), BOND_MICRO);
      assert.equal(await x.walletOf(o.resolver), BOND_MICRO);
    });
  });

  describe("finalize", () => {
    it("refuses where there is no answer", async () => {
      await assertRefused(o.attempt(x.carol, "finalize", [await o.market()]), "NoAnswer");
    });

    it("refuses a second before the window is over", async () => {
      const marketId = await o.market();
      await o.proposeInTime(x.alice, marketId, [1000]);
      await o.at(o.opensAt + WINDOW_SECONDS - 1);
      await assertRefused(o.write(x.carol, "finalize", [marketId]), "WindowOpen");
    });

    for (const payoutYes of [0, 1, 500, 730, 1000]) {
      it(`resolves an unchallenged answer of ${payoutYes} by anyone's call, and the bond goes back`, async () => {
        const marketId = await o.market();
        await o.proposeInTime(x.alice, marketId, [payoutYes]);
        await o.at(o.opensAt + WINDOW_SECONDS);
        const receipt = await o.write(x.carol, "finalize", [marketId]);
        assert.deepEqual(o.events(receipt), [
          ["AnswerFinalized", { marketId, payoutsYes: [payoutYes] }],
          ["CreditAdded", { marketId, account: x.alice.address, amountMicro: BOND_MICRO }],
        ]);
        assert.deepEqual(await o.outcome(marketId), [RESOLVED, payoutYes]);
        assert.equal(await o.credit(x.alice), BOND_MICRO);
        assert.equal(await o.phase(marketId), PHASE.closed);
        await assertRefused(o.attempt(x.carol, "finalize", [marketId]), "AnswerClosed");
      });
    }

    it("goes on while trading is paused", async () => {
      const marketId = await o.market();
      await o.proposeInTime(x.alice, marketId, [1000]);
      await x.write(x.admin, "pauseTrading", []);
      await x.chain.travelTo(o.opensAt + WINDOW_SECONDS);
      await o.write(x.carol, "finalize", [marketId]);
      assert.deepEqual(await o.outcome(marketId), [RESOLVED, 1000]);
    });
  });

  describe("challenge", () => {
    it("refuses where there is no answer", async () => {
      const challenging = o.attempt(x.bob, "challenge", [await o.market(), zeroHash]);
      await assertRefused(challenging, "NoAnswer");
    });

    it("refuses the proposer itself, and a second challenger", async () => {
      const marketId = await o.market();
      await o.proposeInTime(x.alice, marketId, [1000]);
      await assertRefused(o.attempt(x.alice, "challenge", [marketId, zeroHash]), "OwnAnswer");
      await o.write(x.bob, "challenge", [marketId, zeroHash]);
      await assertRefused(o.attempt(x.carol, "challenge", [marketId, zeroHash]), "AnswerDisputed");
    });

    it("refuses once the window is over, to the second, and after the resolution", async () => {
      const marketId = await o.market();
      await o.proposeInTime(x.alice, marketId, [1000]);
      await o.at(o.opensAt + WINDOW_SECONDS);
      await assertRefused(o.write(x.bob, "challenge", [marketId, zeroHash]), "WindowOver");
      await o.write(x.carol, "finalize", [marketId]);
      await assertRefused(o.attempt(x.bob, "challenge", [marketId, zeroHash]), "AnswerClosed");
    });

    it("takes an equal bond in the window's last second, and stops the answer", async () => {
      const marketId = await o.market();
      await o.proposeInTime(x.alice, marketId, [1000]);
      await o.at(o.opensAt + WINDOW_SECONDS - 1);
      const receipt = await o.write(x.bob, "challenge", [marketId, COUNTER_EVIDENCE]);
      assert.deepEqual(o.events(receipt), [
        [
          "AnswerChallenged",
          { marketId, challenger: x.bob.address, evidenceHash: COUNTER_EVIDENCE },
        ],
      ]);
      assert.equal(await o.phase(marketId), PHASE.disputed);
      assert.equal(await x.walletOf(o.resolver), 2n * BOND_MICRO);
      await x.chain.travelTo(o.opensAt + WINDOW_SECONDS + 1);
      await assertRefused(o.attempt(x.carol, "finalize", [marketId]), "AnswerDisputed");
    });
  });

  describe("arbitrate", () => {
    async function disputed(): Promise<bigint> {
      const marketId = await o.market();
      await o.proposeInTime(x.alice, marketId, [1000]);
      await o.write(x.bob, "challenge", [marketId, COUNTER_EVIDENCE]);
      return marketId;
    }

    it("refuses anyone but the market's arbiter, where there is none too", async () => {
      const other = await o.market({ arbiter: x.carol.address });
      const marketId = await disputed();
      for (const one of [x.alice, x.bob, x.carol, x.admin, x.operator]) {
        const ruling = o.attempt(one, "arbitrate", [marketId, [1000], VERDICT]);
        await assertRefused(ruling, "NotArbiter");
      }
      const ruling = o.attempt(o.arbiter, "arbitrate", [other, [1000], VERDICT]);
      await assertRefused(ruling, "NotArbiter");
      await assertRefused(o.attempt(o.arbiter, "arbitrate", [99n, [1000], VERDICT]), "NotArbiter");
    });

    it("refuses what is not disputed", async () => {
      const marketId = await o.market();
      const rule = () => o.attempt(o.arbiter, "arbitrate", [marketId, [0], VERDICT]);
      await assertRefused(rule(), "NoAnswer");
      await o.proposeInTime(x.alice, marketId, [1000]);
      await assertRefused(rule(), "NotDisputed");
      await x.chain.travelTo(o.opensAt + WINDOW_SECONDS);
      await assertRefused(rule(), "NotDisputed");
      await o.write(x.carol, "finalize", [marketId]);
      await assertRefused(rule(), "AnswerClosed");
    });

    it("refuses payouts that are none", async () => {
      const marketId = await disputed();
      const ruling = o.attempt(o.arbiter, "arbitrate", [marketId, [1000, 0], VERDICT]);
      await assertRefused(ruling, "GroupUnknown");
      const above = o.attempt(o.arbiter, "arbitrate", [marketId, [1001], VERDICT]);
      await assertRefused(above, "PayoutInvalid");
    });

    const rulings: [what: string, payoutYes: number, winner: "alice" | "bob"][] = [
      ["exactly the proposed answer gives the proposer", 1000, "alice"],
      ["the opposite answer gives the challenger", 0, "bob"],
      ["a third answer, near the proposed one, gives the challenger", 999, "bob"],
    ];
    for (const [what, payoutYes, winner] of rulings) {
      it(`${what} three halves of a bond, the arbiter one, and is final`, async () => {
        const marketId = await disputed();
        const receipt = await o.write(o.arbiter, "arbitrate", [marketId, [payoutYes], VERDICT]);
        const { address } = x[winner];
        const fee = BOND_MICRO / 2n;
        const won = AWARD_MICRO;
        assert.deepEqual(o.events(receipt), [
          [
            "AnswerArbitrated",
            { marketId, winner: address, payoutsYes: [payoutYes], evidenceHash: VERDICT },
          ],
          ["CreditAdded", { marketId, account: address, amountMicro: won }],
          ["CreditAdded", { marketId, account: o.arbiter.address, amountMicro: fee }],
        ]);
        assert.deepEqual(await o.outcome(marketId), [RESOLVED, payoutYes]);
        const loser = winner === "alice" ? x.bob : x.alice;
        assert.deepEqual([await o.credit(x[winner]), await o.credit(loser)], [won, 0n]);
        assert.equal(await o.credit(o.arbiter), fee);
        await assertRefused(o.attempt(x.carol, "releaseBonds", [marketId]), "AnswerClosed");
      });
    }

    it("is in time three days after the latest challenge of the longest window", async () => {
      const marketId = await o.market({ challengeWindowSeconds: MAX_WINDOW_SECONDS });
      await o.proposeInTime(x.alice, marketId, [1000]);
      await o.at(o.opensAt + MAX_WINDOW_SECONDS - 1);
      await o.write(x.bob, "challenge", [marketId, zeroHash]);
      await x.chain.travelTo(o.opensAt + MAX_WINDOW_SECONDS + 3 * 86_400 - 1);
      await assertRefused(x.attempt(x.dave, "voidMarket", [marketId]), "TooEarly");
      await o.write(o.arbiter, "arbitrate", [marketId, [0], zeroHash]);
      assert.deepEqual(await o.outcome(marketId), [RESOLVED, 0]);
    });
  });

  describe("releaseBonds", () => {
    it("refuses while the market is not void, and where there is no answer", async () => {
      const marketId = await o.market();
      await assertRefused(o.attempt(x.alice, "releaseBonds", [marketId]), "NoAnswer");
      await o.proposeInTime(x.alice, marketId, [1000]);
      await assertRefused(o.attempt(x.alice, "releaseBonds", [marketId]), "MarketUnresolved");
      await x.chain.travelTo(o.opensAt + VOID_DELAY_SECONDS + 1);
      await assertRefused(o.attempt(x.alice, "releaseBonds", [marketId]), "MarketUnresolved");
    });

    it("gives both their own bonds back once a silent arbiter let the market void", async () => {
      const marketId = await o.market();
      await o.proposeInTime(x.alice, marketId, [1000]);
      await o.write(x.bob, "challenge", [marketId, zeroHash]);
      await o.at(o.opensAt + VOID_DELAY_SECONDS);
      await assertRefused(x.write(x.dave, "voidMarket", [marketId]), "TooEarly");
      await o.at(o.opensAt + VOID_DELAY_SECONDS + 1);
      await x.write(x.dave, "voidMarket", [marketId]);
      const late = o.attempt(o.arbiter, "arbitrate", [marketId, [0], zeroHash]);
      await assertRefused(late, "MarketAlreadyResolved");
      const receipt = await o.write(x.carol, "releaseBonds", [marketId]);
      const amountMicro = BOND_MICRO;
      assert.deepEqual(o.events(receipt), [
        ["BondsReleased", { marketId }],
        ["CreditAdded", { marketId, account: x.alice.address, amountMicro }],
        ["CreditAdded", { marketId, account: x.bob.address, amountMicro }],
      ]);
      assert.deepEqual(await o.outcome(marketId), [VOID, 500]);
      await assertRefused(o.attempt(x.carol, "releaseBonds", [marketId]), "AnswerClosed");
    });

    it("gives the proposer's back when nobody finalized an unchallenged answer in time", async () => {
      const marketId = await o.market();
      await o.proposeInTime(x.alice, marketId, [1000]);
      await x.chain.travelTo(o.opensAt + VOID_DELAY_SECONDS + 1);
      await x.write(x.dave, "voidMarket", [marketId]);
      await assertRefused(o.attempt(x.carol, "finalize", [marketId]), "MarketAlreadyResolved");
      await o.write(x.carol, "releaseBonds", [marketId]);
      assert.equal(await o.credit(x.alice), BOND_MICRO);
    });
  });

  describe("withdrawCredit", () => {
    it("refuses who has none", async () => {
      await assertRefused(
        o.attempt(x.carol, "withdrawCredit", [x.carol.address]),
        "NothingCredited",
      );
    });

    it("pays all credits of the caller at once, to whom it says, and once", async () => {
      const [first, second] = [await o.market(), await o.market()];
      await o.proposeInTime(x.alice, first, [1000]);
      await o.propose(x.alice, second, [0]);
      await x.chain.travelTo(o.opensAt + WINDOW_SECONDS + 1);
      await o.write(x.carol, "finalize", [first]);
      await o.write(x.carol, "finalize", [second]);
      const before = await x.walletOf(x.dave);
      const receipt = await o.write(x.alice, "withdrawCredit", [x.dave.address]);
      const told = { account: x.alice.address, to: x.dave.address, amountMicro: 2n * BOND_MICRO };
      assert.deepEqual(o.events(receipt), [["CreditWithdrawn", told]]);
      assert.equal((await x.walletOf(x.dave)) - before, 2n * BOND_MICRO);
      assert.equal(await x.walletOf(o.resolver), 0n);
      await assertRefused(
        o.attempt(x.alice, "withdrawCredit", [x.alice.address]),
        "NothingCredited",
      );
    });
  });
});
