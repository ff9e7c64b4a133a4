import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Hex } from "viem";
import { devCollateralAbi } from "../../../protocol/abi/dev-collateral.ts";
import { outcomeTokensAbi } from "../../../protocol/abi/outcome-tokens.ts";
import type { Order } from "../../../protocol/order.ts";
import { EXIT_DELAY_SECONDS, useExchange } from "../support/exchange-fixture.ts";
import {
  type AttackedFill,
  prepareLiveMarkets,
  START_LOTS,
  START_MICRO,
  settleAmidHonest,
} from "../support/live-batch.ts";
import { assertRefused } from "../support/refusal.ts";

const CASH = 2;

describe("attack: cash and shares drained between match and settlement", () => {
  const x = useExchange(prepareLiveMarkets);
  const exitDelayPassed = async () => x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);

  /** Bob gives all his cash for Alice's NO, or all his YES for her cash. */
  async function matched(terms: Partial<Order>, outcome: string): Promise<AttackedFill> {
    const maker = await x.order(x.bob, { quantity: START_LOTS, ...terms });
    const takerSide = maker.order.side === 0 ? 1 : 0;
    const taker = await x.order(x.alice, {
      quantity: START_LOTS,
      outcome: maker.order.outcome,
      side: takerSide,
    });
    return { taker, maker, quantityLots: START_LOTS, outcome };
  }
  /** Bob keeps no cash but what the buy costs: 1,000 lots at 500. */
  async function spendAllCash(outcome: string): Promise<AttackedFill> {
    await x.write(x.bob, "requestWithdrawal", [START_MICRO - 5_000_000n]);
    await exitDelayPassed();
    await x.write(x.bob, "executeWithdrawal", [x.bob.address]);
    return matched({ side: 0 }, outcome);
  }

  it("withdrawal requested: cash stays until the delay has passed", async () => {
    const fill = await spendAllCash("settled");
    await x.write(x.bob, "requestWithdrawal", [5_000_000n]);
    await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS - 2);
    for (const caller of [x.bob, x.carol]) {
      const early = x.attempt(caller, "executeWithdrawal", [x.bob.address]);
      await assertRefused(early, "TooEarly");
    }
    await settleAmidHonest(x, [fill]);
    await exitDelayPassed();
    const late = x.attempt(x.bob, "executeWithdrawal", [x.bob.address]);
    await assertRefused(late, "InsufficientCash");
  });

  it("withdrawal requested anew: the delay starts anew, however long the first waited", async () => {
    const fill = await spendAllCash("settled");
    await x.write(x.bob, "requestWithdrawal", [1n]);
    await exitDelayPassed();
    await x.write(x.bob, "requestWithdrawal", [5_000_000n]);
    await assertRefused(x.attempt(x.bob, "executeWithdrawal", [x.bob.address]), "TooEarly");
    await settleAmidHonest(x, [fill]);
  });

  it("withdrawal that ripened and was paid: its fill is skipped, and nothing else", async () => {
    const fill = await spendAllCash("maker_cash_short");
    await x.write(x.bob, "requestWithdrawal", [1n]);
    await exitDelayPassed();
    await x.write(x.bob, "executeWithdrawal", [x.bob.address]);
    await settleAmidHonest(x, [fill]);
  });

  it("release without the operator's signature, or with another's, moves nothing", async () => {
    const fill = await spendAllCash("settled");
    const terms = { account: x.bob.address, marketId: 0n, asset: CASH, amount: 5_000_000n };
    const release = { ...terms, nonce: 1n, deadline: (await x.chain.now()) + 60 };
    const hash = await x.read("hashRelease", [release]);
    const own: Hex = await x.bob.sign({ hash });
    for (const signature of ["0x", `0x${"00".repeat(65)}`, own] as const) {
      const stolen = x.attempt(x.bob, "executeRelease", [release, signature]);
      await assertRefused(stolen, "ReleaseSignatureInvalid");
    }
    await settleAmidHonest(x, [fill]);
  });

  it("export requested: shares stay until the delay has passed", async () => {
    const fill = await matched({ side: 1 }, "settled");
    await x.write(x.bob, "requestExport", [1n, 1, BigInt(START_LOTS)]);
    await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS - 2);
    const early = x.attempt(x.carol, "executeExport", [x.bob.address, 1n, 1]);
    await assertRefused(early, "TooEarly");
    await settleAmidHonest(x, [fill]);
    await exitDelayPassed();
    const late = x.attempt(x.bob, "executeExport", [x.bob.address, 1n, 1]);
    await assertRefused(late, "InsufficientShares");
  });

  it("export of the other outcome or of another market reaches none of these shares", async () => {
    const fill = await matched({ side: 1 }, "settled");
    await x.write(x.bob, "requestExport", [1n, 0, 2n ** 64n - 1n]);
    await x.write(x.bob, "requestExport", [2n, 1, 2n ** 64n - 1n]);
    await exitDelayPassed();
    await x.write(x.bob, "executeExport", [x.bob.address, 1n, 0]);
    await x.write(x.bob, "executeExport", [x.bob.address, 2n, 1]);
    await settleAmidHonest(x, [fill]);
  });

  it("export that ripened and was paid: its fill is skipped, and nothing else", async () => {
    const fill = await matched({ side: 1 }, "maker_shares_short");
    await x.write(x.bob, "requestExport", [1n, 1, 1n]);
    await exitDelayPassed();
    await x.write(x.bob, "executeExport", [x.bob.address, 1n, 1]);
    await settleAmidHonest(x, [fill]);
  });

  it("split takes the wallet's collateral, never escrow's cash", async () => {
    const fill = await spendAllCash("settled");
    // The earlier withdrawal left Bob's wallet with half of what he had: he splits all of it.
    await x.approve(x.bob, 2n ** 128n);
    const wallet = await x.walletOf(x.bob);
    await assert.rejects(x.attempt(x.bob, "split", [1n, wallet / 10_000n + 1n]));
    await x.write(x.bob, "split", [1n, wallet / 10_000n]);
    await settleAmidHonest(x, [fill]);
  });

  it("merge takes the wallet's tokens, never escrow's shares", async () => {
    const fill = await matched({ side: 1 }, "settled");
    await assert.rejects(x.attempt(x.bob, "mergeTokens", [1n, 1n]));
    await settleAmidHonest(x, [fill]);
  });

  it("redeem is refused while fills may come, of escrowed shares and of tokens", async () => {
    const fill = await matched({ side: 1 }, "settled");
    for (const caller of [x.bob, x.carol]) {
      const escrowed = x.attempt(caller, "redeem", [x.bob.address, 1n]);
      await assertRefused(escrowed, "MarketNotResolved");
      await assertRefused(x.attempt(caller, "redeemTokens", [1n]), "MarketNotResolved");
    }
    await settleAmidHonest(x, [fill]);
  });

  it("transfer, approval and burn of ERC-1155 tokens reach no escrowed share", async () => {
    const fill = await matched({ side: 1 }, "settled");
    const { bob, carol, outcomeTokens } = x;
    const call = { address: outcomeTokens, abi: outcomeTokensAbi } as const;
    const id = 3n;
    for (const [functionName, args] of [
      ["safeTransferFrom", [bob.address, carol.address, id, 1n, "0x"]],
      ["burn", [bob.address, id, 1n]],
      ["mint", [bob.address, id, 1n]],
    ] as const) {
      await assert.rejects(x.chain.write(bob.address, { ...call, functionName, args }));
    }
    const approval = { ...call, functionName: "setApprovalForAll", args: [carol.address, true] };
    await x.chain.write(bob.address, approval);
    await settleAmidHonest(x, [fill]);
  });

  it("import of tokens sold to someone else is refused", async () => {
    const fill = await matched({ side: 1 }, "settled");
    await assert.rejects(x.attempt(x.bob, "importShares", [1n, 1, 1n]));
    await settleAmidHonest(x, [fill]);
  });

  it("allowance revoked and wallet emptied: settlement needs neither", async () => {
    await x.faucet(x.bob, 1_000_000n);
    const fills = [await matched({ side: 1 }, "settled"), await matched({ side: 0 }, "settled")];
    for (const owner of [x.alice, x.bob]) await x.approve(owner, 0n);
    await x.chain.write(x.bob.address, {
      address: x.collateral,
      abi: devCollateralAbi,
      functionName: "transfer",
      args: [x.carol.address, await x.walletOf(x.bob)],
    });
    await settleAmidHonest(x, fills);
  });
});
