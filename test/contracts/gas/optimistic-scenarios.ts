import { keccak256, stringToHex } from "viem";
import { OptimisticFixture, WINDOW_SECONDS } from "../support/optimistic-fixture.ts";
import { call } from "./call-scenario.ts";
import type { GasBench } from "./gas-bench.ts";
import type { ScenarioGroup } from "./scenario.ts";

const YES_WINS = [1000];
const EVIDENCE = keccak256(stringToHex("evidence"));

/** A market of an optimistic resolver, with open interest, at the first second that an answer may be proposed. */
async function dueMarket({ x, taker }: GasBench) {
  const resolver = await OptimisticFixture.deploy(x);
  const marketId = await resolver.market();
  await x.fundShares(taker, Number(marketId), 100);
  await resolver.at(resolver.opensAt);
  return { resolver, marketId };
}

/** The same, answered by Alice. */
async function answeredMarket(bench: GasBench) {
  const due = await dueMarket(bench);
  await due.resolver.propose(bench.x.alice, due.marketId, YES_WINS);
  return due;
}

export const OPTIMISTIC: ScenarioGroup = {
  title: "Optimistic resolver",
  preconditions:
    "A lone market with open interest; the resolver's first bond, the wallets hold collateral before and after.",
  scenarios: [
    call("create_optimistic_market", "Create a market with terms", {
      before: ({ x }) => OptimisticFixture.deploy(x),
      send: ({ x }, resolver) => {
        const terms = { resolver: resolver.resolver, resolverData: resolver.terms() };
        return x.write(x.admin, "createMarket", [x.marketParams(terms)]);
      },
    }),
    call("propose_answer", "Propose an answer", {
      before: dueMarket,
      send: ({ x }, { resolver, marketId }) => resolver.propose(x.alice, marketId, YES_WINS),
    }),
    call("challenge_answer", "Challenge it", {
      before: answeredMarket,
      send: ({ x }, { resolver, marketId }) =>
        resolver.write(x.bob, "challenge", [marketId, EVIDENCE]),
    }),
    call("finalize_answer", "Finalize it, unchallenged", {
      before: async (bench) => {
        const answered = await answeredMarket(bench);
        await bench.x.chain.travelTo((await bench.x.chain.now()) + WINDOW_SECONDS + 1);
        return answered;
      },
      send: ({ x }, { resolver, marketId }) => resolver.write(x.carol, "finalize", [marketId]),
    }),
    call("arbitrate_answer", "Rule on it, challenged", {
      before: async (bench) => {
        const answered = await answeredMarket(bench);
        await answered.resolver.write(bench.x.bob, "challenge", [answered.marketId, EVIDENCE]);
        return answered;
      },
      send: (_, { resolver, marketId }) =>
        resolver.write(resolver.arbiter, "arbitrate", [marketId, YES_WINS, EVIDENCE]),
    }),
  ],
};
