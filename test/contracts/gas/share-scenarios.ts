import { signRelease } from "../support/release.ts";
import { call } from "./call-scenario.ts";
import type { GasBench } from "./gas-bench.ts";
import type { ScenarioGroup } from "./scenario.ts";

const YES = 1;
const RESOLVED_TO_YES = 1000;

/** So many lots of the outcomes leave the taker's escrow as tokens. */
async function exported({ x, taker }: GasBench, outcomes: number[], lots: bigint): Promise<void> {
  for (const outcome of outcomes) await x.write(taker, "requestExport", [1n, outcome, lots]);
  await x.travelPastExitDelay();
  for (const outcome of outcomes) {
    await x.write(taker, "executeExport", [taker.address, 1n, outcome]);
  }
}

/** A due request of 100 YES lots. */
async function dueExport({ x, taker }: GasBench): Promise<void> {
  await x.write(taker, "requestExport", [1n, YES, 100n]);
  await x.travelPastExitDelay();
}

export const SHARES: ScenarioGroup = {
  title: "Shares in and out, pairs, redemption",
  preconditions:
    "The account holds cash and both outcomes in escrow, and tokens of the outcome in its wallet, before and after, " +
    "unless the title says first; redemption empties what it redeems.",
  scenarios: [
    call("split_first", "Split, an account's first shares of the market", {
      before: (bench) => bench.fillWallet(bench.x.alice),
      send: ({ x }) => x.write(x.alice, "split", [1n, 100n]),
    }),
    call("split", "Split", {
      before: (bench) => bench.fillWallet(bench.taker),
      send: ({ x, taker }) => x.write(taker, "split", [1n, 100n]),
    }),
    call("merge_tokens", "Merge tokens", {
      before: async (bench) => {
        await bench.fillWallet(bench.taker);
        await exported(bench, [0, YES], 100n);
      },
      send: ({ x, taker }) => x.write(taker, "mergeTokens", [1n, 50n]),
    }),
    call("request_export", "Request an export", {
      send: ({ x, taker }) => x.write(taker, "requestExport", [1n, YES, 100n]),
    }),
    call("export_first", "Execute an export after the delay, the wallet's first of the token", {
      before: dueExport,
      send: ({ x, taker }) => x.write(taker, "executeExport", [taker.address, 1n, YES]),
    }),
    call("export", "Execute an export after the delay", {
      before: async (bench) => {
        await exported(bench, [YES], 100n);
        await dueExport(bench);
      },
      send: ({ x, taker }) => x.write(taker, "executeExport", [taker.address, 1n, YES]),
    }),
    call("export_released", "Fast export, co-signed by the operator", {
      before: (bench) => exported(bench, [YES], 100n),
      send: async ({ x, taker }) =>
        x.write(taker, "executeRelease", await signRelease(x, taker, { marketId: 1, asset: YES })),
    }),
    call("import", "Import tokens", {
      before: (bench) => exported(bench, [YES], 100n),
      send: ({ x, taker }) => x.write(taker, "importShares", [1n, YES, 50n]),
    }),
    call("redeem", "Redeem escrowed shares into escrowed cash", {
      before: ({ x }) => x.resolveMarket(1, RESOLVED_TO_YES),
      send: ({ x, taker }) => x.write(taker, "redeem", [taker.address, 1n]),
    }),
    call("redeem_tokens", "Redeem YES and NO tokens into the wallet", {
      before: async (bench) => {
        await bench.fillWallet(bench.taker);
        await exported(bench, [0, YES], 100n);
        await bench.x.resolveMarket(1, RESOLVED_TO_YES);
      },
      send: ({ x, taker }) => x.write(taker, "redeemTokens", [1n]),
    }),
  ],
};
