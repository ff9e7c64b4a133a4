import {
  createGroup,
  giveTokens,
  groupParams,
  memberSet,
  NO,
  passGrace,
  YES,
} from "../support/groups.ts";
import { call } from "./call-scenario.ts";
import type { GasBench } from "./gas-bench.ts";
import type { ScenarioGroup } from "./scenario.ts";

const MEMBERS = 8;
const LOTS = 100n;
/** Thousandths to YES of the members: the first came true. */
const FIRST_WINS = [1000, ...Array<number>(MEMBERS - 1).fill(0)];

/** A group whose members all have open interest, the taker holding cash and both outcomes of each. */
async function tradedGroup({ x, taker }: GasBench): Promise<bigint> {
  const groupId = await createGroup(x, MEMBERS);
  for (let i = 0; i < MEMBERS; i++) await x.fundShares(taker, Number(groupId) + i, 1000);
  return groupId;
}

/** The same, and tokens of an outcome of some members in the taker's wallet, more than are used. */
async function withTokens(bench: GasBench, members: number[], outcome: 0 | 1): Promise<bigint> {
  const groupId = await tradedGroup(bench);
  for (const i of members) {
    await giveTokens(bench.x, bench.taker, groupId + BigInt(i), outcome, 2n * LOTS);
  }
  await bench.fillWallet(bench.taker);
  return groupId;
}

const REST = Array.from({ length: MEMBERS - 2 }, (_, i) => i + 2);

export const GROUPS: ScenarioGroup = {
  title: "Groups of exclusive outcomes",
  preconditions:
    "Eight members, each with open interest; the account holds cash and both outcomes of every member in escrow and " +
    "the tokens that it converts in its wallet, before and after.",
  scenarios: [
    call("create_group_8", "Create a group of 8 markets", {
      send: ({ x }) => x.write(x.admin, "createGroup", [groupParams(x, MEMBERS)]),
    }),
    call("convert_no_2_of_8", "Convert 2 NO into 6 YES and collateral", {
      before: (bench) => withTokens(bench, [0, 1], NO),
      send: ({ x, taker }, groupId) =>
        x.write(taker, "convertNo", [groupId, memberSet(0, 1), LOTS]),
    }),
    call("convert_yes_6_of_8", "Convert 6 YES and collateral into 2 NO", {
      before: (bench) => withTokens(bench, REST, YES),
      send: ({ x, taker }, groupId) =>
        x.write(taker, "convertYes", [groupId, memberSet(0, 1), LOTS]),
    }),
    call("resolve_group_8", "Resolve the group, without a proposal", {
      before: async (bench) => {
        const groupId = await tradedGroup(bench);
        await passGrace(bench.x, groupId);
        return groupId;
      },
      send: ({ x }, groupId) => x.write(x.resolver, "resolveGroup", [groupId, FIRST_WINS]),
    }),
  ],
};
