import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { type Address, encodeFunctionData, type Hex } from "viem";
import { exchangeAbi } from "../../../protocol/abi/exchange.ts";
import { outcomeTokensAbi } from "../../../protocol/abi/outcome-tokens.ts";
import type { Order } from "../../../protocol/order.ts";
import { contractArtifact } from "../../../scripts/contract-artifacts.ts";
import type { Actor } from "../support/actor.ts";
import { EXIT_DELAY_SECONDS, useExchange } from "../support/exchange-fixture.ts";
import {
  prepareLiveMarkets,
  START_LOTS,
  START_MICRO,
  settleAmidHonest,
} from "../support/live-batch.ts";
import { errorNameOf } from "../support/refusal.ts";

const HONEST = 0;
const REVERTING = 1;
const BURNING = 2;
const REFUSING = 3;
const MOODS = [
  ["reverts", REVERTING],
  ["burns all gas", BURNING],
  ["says yes and now no", REFUSING],
] as const;

describe("attack: delegates removed, and wallets with code", () => {
  const x = useExchange(prepareLiveMarkets);
  const exitDelayPassed = async () => x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);

  /** A contract wallet that holds what everyone holds, and has named Dave its delegate. */
  async function trapWallet(): Promise<Address> {
    const wallet = await x.chain.deploy("TrapWallet", x.dave.address);
    x.holders.add(wallet);
    await x.faucet(x.carol, START_MICRO);
    await x.approve(x.carol, START_MICRO);
    await x.write(x.carol, "deposit", [wallet, START_MICRO]);
    await drive(wallet, "addDelegate", [x.dave.address]);
    return wallet;
  }

  /** A call of the wallet itself. */
  async function tell(wallet: Address, functionName: string, args: readonly unknown[]) {
    const { abi } = await contractArtifact("TrapWallet");
    return x.chain.write(x.dave.address, { address: wallet, abi, functionName, args });
  }

  async function asked(wallet: Address): Promise<bigint> {
    const { abi } = await contractArtifact("TrapWallet");
    const call = { address: wallet, abi, functionName: "asked" };
    return (await x.chain.reader.readContract(call)) as bigint;
  }

  /** The error of the call that the wallet was armed with, once it ran. */
  async function hookError(wallet: Address): Promise<Hex> {
    const { abi } = await contractArtifact("TrapWallet");
    const read = (functionName: string) =>
      x.chain.reader.readContract({ address: wallet, abi, functionName });
    assert.equal(await read("hookRan"), true, "the armed call ran");
    return (await read("hookError")) as Hex;
  }

  /** A call of the exchange by the wallet. */
  async function drive(wallet: Address, functionName: string, args: readonly unknown[]) {
    const data = encodeFunctionData({ abi: exchangeAbi, functionName, args } as never);
    return tell(wallet, "execute", [x.exchange, data]);
  }

  /** The wallet's order, signed by `signer`. */
  const orderOf = (wallet: Address, signer: Actor, terms: Partial<Order> = {}) =>
    x.order(x.dave, { maker: wallet, ...terms }, signer);

  /** The wallet buys Bob's shares, and holds tokens of 100 YES. */
  async function holdTokens(wallet: Address): Promise<void> {
    const maker = await x.order(x.bob, { side: 1 });
    const taker = await orderOf(wallet, x.dave);
    await settleAmidHonest(x, [{ taker, maker, outcome: "settled" }]);
    await drive(wallet, "requestExport", [1n, 1, 100n]);
    await exitDelayPassed();
  }

  it("delegate removed: its orders settle until the delay has passed, to the second", async () => {
    await x.write(x.bob, "addDelegate", [x.carol.address]);
    const sell = () => x.order(x.bob, { side: 1 }, x.carol);
    const fills = [
      { taker: await x.order(x.alice), maker: await sell(), outcome: "settled" },
      { taker: await x.order(x.alice), maker: await sell(), outcome: "settled" },
      { taker: await x.order(x.alice), maker: await sell(), outcome: "maker_signature_invalid" },
    ] as const;
    const receipt = await x.write(x.bob, "removeDelegate", [x.carol.address]);
    const effectiveAt = x.events(receipt, "DelegateRemoved")[0]?.["effectiveAt"] as number;
    await settleAmidHonest(x, [fills[0]]);
    await settleAmidHonest(x, [fills[1]], { atSeconds: effectiveAt - 1 });
    await settleAmidHonest(x, [fills[2]], { atSeconds: effectiveAt });
  });

  it("delegate of another account, or never named: its orders are skipped", async () => {
    await x.write(x.alice, "addDelegate", [x.carol.address]);
    const fills = [
      { maker: await x.order(x.bob, { side: 1 }, x.carol) },
      { maker: await x.order(x.bob, { side: 1 }, x.dave) },
      { maker: await x.order(x.bob, { side: 1 }, x.operator) },
    ];
    const taker = await x.order(x.alice, {}, x.carol);
    const outcome = "maker_signature_invalid";
    await settleAmidHonest(
      x,
      fills.map(({ maker }) => ({ taker, maker, outcome })),
    );
  });

  it("ERC-1271 wallet that says yes to everything: no signature of it is ever asked for", async () => {
    const wallet = await trapWallet();
    const forged = await orderOf(wallet, x.bob);
    const nobody = { ...(await orderOf(wallet, x.dave)), signature: `0x${"00".repeat(64)}` as Hex };
    const maker = await x.order(x.bob, { side: 1 });
    const outcome = "taker_signature_invalid";
    await settleAmidHonest(x, [
      { taker: forged, maker, outcome },
      { taker: nobody, maker, outcome },
      { taker: await orderOf(wallet, x.dave), maker, outcome: "settled" },
    ]);
    assert.equal(await asked(wallet), 0n);
  });

  for (const [name, mood] of MOODS) {
    it(`contract wallet that ${name}: its delegate's fill settles for the same gas`, async () => {
      const wallet = await trapWallet();
      const orders = [
        await orderOf(wallet, x.dave, { nonce: 8n }),
        await x.order(x.bob, { side: 1, nonce: 8n }),
      ] as const;
      const fill = { takerIndex: 0, makerIndex: 1, quantityLots: 10, yesPriceTicks: 500 };
      const quiet = await x.chain.snapshot();
      const { receipt: before } = await x.settle([...orders], [fill]);
      await x.chain.revert(quiet);
      await tell(wallet, "setMood", [mood]);
      const { receipt: after } = await x.settle([...orders], [fill]);
      assert.equal(after.gasUsed, before.gasUsed);
      const [taker, maker] = orders;
      await settleAmidHonest(x, [{ taker, maker, quantityLots: 90, outcome: "settled" }]);
      assert.equal(await asked(wallet), 0n);
    });
  }

  it("account that becomes a contract after it signed: its fill settles", async () => {
    const fill = {
      taker: await x.order(x.alice),
      maker: await x.order(x.bob, { side: 1 }),
      outcome: "settled",
    };
    // INVALID at once: any call of either account would fail.
    for (const owner of [x.alice, x.bob]) {
      await x.chain.control.setCode({ address: owner.address, bytecode: "0xfe" });
    }
    await settleAmidHonest(x, [fill]);
  });

  for (const [name, mood] of MOODS) {
    it(`ERC-1155 receiver that ${name}: hinders its own export alone`, async () => {
      const wallet = await trapWallet();
      await holdTokens(wallet);
      await tell(wallet, "setMood", [mood]);
      const exporting = x.attempt(x.carol, "executeExport", [wallet, 1n, 1]);
      await assert.rejects(exporting);
      const fill = {
        taker: await orderOf(wallet, x.dave),
        maker: await x.order(x.bob, { side: 1 }),
        outcome: "settled",
      };
      await settleAmidHonest(x, [fill]);
      await tell(wallet, "setMood", [HONEST]);
      await x.write(x.carol, "executeExport", [wallet, 1n, 1]);
      assert.equal(await x.tokensOf(wallet, 1, 1), 100n);
    });
  }

  it("ERC-1155 receiver that reenters: finds the door shut, and the books even", async () => {
    const wallet = await trapWallet();
    const calls: [string, readonly unknown[]][] = [
      ["executeExport", [wallet, 1n, 1]],
      ["executeWithdrawal", [wallet]],
      ["importShares", [1n, 1, 100n]],
      ["mergeTokens", [1n, 1n]],
      ["redeemTokens", [1n]],
      ["split", [1n, 1n]],
      ["deposit", [wallet, 1n]],
    ];
    for (const [functionName, args] of calls) {
      const before = await x.chain.snapshot();
      await holdTokens(wallet);
      await drive(wallet, "requestWithdrawal", [START_MICRO]);
      const data = encodeFunctionData({ abi: exchangeAbi, functionName, args } as never);
      await tell(wallet, "arm", [x.exchange, data]);
      await x.write(x.carol, "executeExport", [wallet, 1n, 1]);
      // ReentrancyGuardReentrantCall()
      assert.equal(await hookError(wallet), "0x3ee5aeb5", functionName);
      assert.equal(await x.tokensOf(wallet, 1, 1), 100n, functionName);
      await x.chain.revert(before);
    }
  });

  it("ERC-1155 receiver that reenters what is open: gains nothing by it", async () => {
    const wallet = await trapWallet();
    const calls: [string, readonly unknown[], string][] = [
      ["redeem", [wallet, 1n], "MarketNotResolved"],
      ["voidMarket", [1n], "TooEarly"],
      ["settle", ["0x"], "NotOperator"],
      ["collectFees", [wallet], "NotAdmin"],
    ];
    for (const [functionName, args, error] of calls) {
      const before = await x.chain.snapshot();
      await holdTokens(wallet);
      const data = encodeFunctionData({ abi: exchangeAbi, functionName, args } as never);
      await tell(wallet, "arm", [x.exchange, data]);
      await x.write(x.carol, "executeExport", [wallet, 1n, 1]);
      const failure = Object.assign(new Error(), { data: await hookError(wallet) });
      assert.equal(errorNameOf(failure), error);
      await x.chain.revert(before);
    }
  });

  it("ERC-1155 receiver that passes its tokens on inside the export: they are gone once", async () => {
    const wallet = await trapWallet();
    await holdTokens(wallet);
    const data = encodeFunctionData({
      abi: outcomeTokensAbi,
      functionName: "safeTransferFrom",
      args: [wallet, x.carol.address, 3n, 100n, "0x"],
    });
    await tell(wallet, "arm", [x.outcomeTokens, data]);
    await x.write(x.dave, "executeExport", [wallet, 1n, 1]);
    assert.equal(await hookError(wallet), "0x");
    assert.equal(await x.tokensOf(x.carol, 1, 1), 100n);
    assert.deepEqual(await x.read("sharesOf", [wallet, 1n]), [0n, 0n]);
    assert.deepEqual(await x.shares(x.alice), [START_LOTS, START_LOTS]);
  });
});
