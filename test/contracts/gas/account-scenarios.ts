import { ASSET_CASH } from "../../../protocol/order.ts";
import { signPermit } from "../support/permit.ts";
import { signRelease } from "../support/release.ts";
import { call } from "./call-scenario.ts";
import type { GasBench } from "./gas-bench.ts";
import type { ScenarioGroup } from "./scenario.ts";

const MICRO = 1_000_000n;

/** Of an order that may be cancelled. */
const nonce = (bench: GasBench) => bench.nonce(bench.taker, 1);

export const CASH: ScenarioGroup = {
  title: "Cash in and out",
  preconditions:
    "The wallet holds collateral before and after, the allowance is finite; the account trades, unless it is said " +
    "to be new. A release's nonce lies in a fresh word of used ones.",
  scenarios: [
    call("deposit_first", "Deposit, a new account's first", {
      before: (bench) => bench.fillWallet(bench.x.alice),
      send: ({ x }) => x.write(x.alice, "deposit", [x.alice.address, MICRO]),
    }),
    call("deposit", "Deposit", {
      before: (bench) => bench.fillWallet(bench.taker),
      send: ({ x, taker }) => x.write(taker, "deposit", [taker.address, MICRO]),
    }),
    call("deposit_with_permit", "Deposit with a permit, the wallet's first", {
      before: ({ x, taker }) => x.faucet(taker, 1000n * MICRO),
      send: async ({ x, taker }) =>
        x.write(taker, "depositWithPermit", [
          taker.address,
          MICRO,
          ...(await signPermit(x, taker, MICRO)),
        ]),
    }),
    call("request_withdrawal", "Request a withdrawal", {
      send: ({ x, taker }) => x.write(taker, "requestWithdrawal", [MICRO]),
    }),
    call("cancel_withdrawal", "Cancel a withdrawal", {
      before: ({ x, taker }) => x.write(taker, "requestWithdrawal", [MICRO]),
      send: ({ x, taker }) => x.write(taker, "cancelWithdrawal", []),
    }),
    call("withdraw", "Execute a withdrawal after the delay", {
      before: async (bench) => {
        const { x, taker } = bench;
        await bench.fillWallet(taker);
        await x.write(taker, "requestWithdrawal", [MICRO]);
        await x.travelPastExitDelay();
      },
      send: ({ x, taker }) => x.write(taker, "executeWithdrawal", [taker.address]),
    }),
    call("withdraw_released", "Fast withdrawal, co-signed by the operator", {
      before: (bench) => bench.fillWallet(bench.taker),
      send: async ({ x, taker }) =>
        x.write(taker, "executeRelease", await signRelease(x, taker, { asset: ASSET_CASH })),
    }),
  ],
};

const REQUEST_CANCEL = call("request_cancel", "Request the cancel of one order", {
  send: (bench) => bench.x.write(bench.taker, "requestCancel", [[nonce(bench)]]),
});

const FINALIZE_CANCEL = call("finalize_cancel", "Finalize it after the delay", {
  before: async (bench) => {
    await bench.x.write(bench.taker, "requestCancel", [[nonce(bench)]]);
    await bench.x.travelPastExitDelay();
  },
  send: (bench) =>
    bench.x.write(bench.taker, "finalizeCancel", [bench.taker.address, [nonce(bench)]]),
});

export const ORDERS_AND_KEYS: ScenarioGroup = {
  title: "Cancels and delegates",
  preconditions: "The account trades; it has no such request or delegate before.",
  scenarios: [
    call("raise_cancel_floor", "Raise the cancel floor", {
      send: (bench) => bench.x.write(bench.taker, "raiseCancelFloor", [nonce(bench)]),
    }),
    REQUEST_CANCEL,
    FINALIZE_CANCEL,
    {
      key: "cancel_total",
      title: "Both calls of a cancel",
      measure: async (bench) => {
        const parts = [REQUEST_CANCEL, FINALIZE_CANCEL].map((part) => part.measure);
        let gas = 0;
        for (const measure of parts) gas += await measure(bench);
        return gas;
      },
    },
    call("add_delegate", "Add a delegate", {
      send: ({ x, taker }) => x.write(taker, "addDelegate", [x.bob.address]),
    }),
    call("remove_delegate", "Remove a delegate", {
      before: ({ x, taker }) => x.write(taker, "addDelegate", [x.bob.address]),
      send: ({ x, taker }) => x.write(taker, "removeDelegate", [x.bob.address]),
    }),
  ],
};
