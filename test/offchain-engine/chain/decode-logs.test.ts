import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Address, Hex } from "viem";
import { decodeLogs } from "../../../offchain-engine/chain/decode-logs.ts";
import type { ChainEvent } from "../../../protocol/engine/command.ts";
import { type Emission, emission } from "./emitter.ts";

const TX = `0x${"01".repeat(32)}` as Hex;
const ALICE: Address = "0x00000000000000000000000000000000000000A1";
const BOB: Address = "0x00000000000000000000000000000000000000B0";
const account = ALICE;
const MARKET = {
  slug: "eth-75-up",
  question: "Does ETH gain 75 %?",
  rules: "By the feed.",
  category: "crypto",
  resolver: BOB,
  closeTime: 1_800_000_000,
  resolveDeadline: 1_800_100_000,
  takerFeeBps: 25,
  priceStep: 10,
};

/** In a group of the markets 3 … 6, with 4 and 5 in the set. */
const CONVERSION = {
  account,
  groupId: 3n,
  memberCount: 4,
  memberSet: 0b0110n,
  quantityLots: 7n,
};

/** Each event of the contract that the engine takes, and what it takes it as. */
const EVENTS: [Emission, ChainEvent][] = [
  [
    emission("Deposited", { account, payer: BOB, amountMicro: 9_007_199_254_740_991n }),
    { type: "deposited", account, amountMicro: "9007199254740991" },
  ],
  [
    emission("WithdrawalRequested", { account, amountMicro: 5n, executableAt: 99 }),
    { type: "withdrawal_requested", account, amountMicro: "5", executableAt: 99 },
  ],
  [emission("WithdrawalCancelled", { account }), { type: "withdrawal_cancelled", account }],
  [
    emission("Withdrawn", { account, amountMicro: 5n, releaseNonce: 2n ** 64n - 1n }),
    { type: "withdrawn", account, amountMicro: "5", releaseNonce: "18446744073709551615" },
  ],
  [
    emission("ExportRequested", {
      account,
      marketId: 3n,
      outcome: 1,
      quantityLots: 7n,
      executableAt: 99,
    }),
    {
      type: "export_requested",
      account,
      marketId: 3,
      outcome: 1,
      quantityLots: "7",
      executableAt: 99,
    },
  ],
  [
    emission("ExportCancelled", { account, marketId: 3n, outcome: 0 }),
    { type: "export_cancelled", account, marketId: 3, outcome: 0 },
  ],
  [
    emission("SharesExported", {
      account,
      marketId: 3n,
      outcome: 1,
      quantityLots: 7n,
      releaseNonce: 4n,
    }),
    {
      type: "shares_exported",
      account,
      marketId: 3,
      outcome: 1,
      quantityLots: "7",
      releaseNonce: "4",
    },
  ],
  [
    emission("SharesImported", { account, marketId: 3n, outcome: 0, quantityLots: 7n }),
    { type: "shares_imported", account, marketId: 3, outcome: 0, quantityLots: "7" },
  ],
  [
    emission("SharesSplit", { account, marketId: 3n, quantityLots: 7n }),
    { type: "shares_split", account, marketId: 3, quantityLots: "7" },
  ],
  [
    emission("Redeemed", { account, marketId: 3n, yesLots: 7n, noLots: 2n, payoutMicro: 70_000n }),
    { type: "redeemed", account, marketId: 3, yesLots: "7", noLots: "2", payoutMicro: "70000" },
  ],
  [
    emission("CancelFloorRaised", { account, floor: 2n ** 63n, effectiveAt: 99 }),
    { type: "cancel_floor_raised", account, floor: "9223372036854775808", effectiveAt: 99 },
  ],
  [
    emission("CancelRequested", { account, nonce: 12n, effectiveAt: 99 }),
    { type: "cancel_requested", account, nonce: "12", effectiveAt: 99 },
  ],
  [
    emission("DelegateAdded", { account, delegate: BOB }),
    { type: "delegate_added", account, delegate: BOB },
  ],
  [
    emission("DelegateRemoved", { account, delegate: BOB, effectiveAt: 99 }),
    { type: "delegate_removed", account, delegate: BOB, effectiveAt: 99 },
  ],
  [
    emission("MarketCreated", { marketId: 3n, groupId: 0n, ...MARKET }),
    { type: "market_created", marketId: 3, groupId: null, ...MARKET },
  ],
  [
    emission("MarketCreated", { marketId: 3n, groupId: 2n, ...MARKET }),
    { type: "market_created", marketId: 3, groupId: 2, ...MARKET },
  ],
  [
    emission("NoConverted", { ...CONVERSION, cashMicro: 70_000n }),
    {
      type: "positions_converted",
      account,
      marketIds: [3, 6],
      outcome: 1,
      quantityLots: "7",
      cashMicro: "70000",
    },
  ],
  [
    emission("YesConverted", { ...CONVERSION, cashMicro: 70_000n }),
    {
      type: "positions_converted",
      account,
      marketIds: [4, 5],
      outcome: 0,
      quantityLots: "7",
      cashMicro: "0",
    },
  ],
  [
    emission("MarketProposed", { marketId: 3n, payoutYes: 250 }),
    { type: "market_proposed", marketId: 3, payoutYes: 250 },
  ],
  [
    emission("MarketResolved", { marketId: 3n, payoutYes: 500, isVoid: true }),
    { type: "market_resolved", marketId: 3, payoutYes: 500, isVoid: true },
  ],
  [emission("TradingPaused", { by: BOB }), { type: "trading_paused" }],
  [emission("TradingResumed", { by: BOB }), { type: "trading_resumed" }],
];

function logOf(event: Emission) {
  return { ...event, transactionHash: TX };
}

describe("decodeLogs", () => {
  it("refuses a settlement that does not name the fills it skipped", () => {
    const settled = { batchId: 1n, journalHash: TX, journalSeq: 1n, settled: 0, skipped: 1 };
    assert.throws(() => decodeLogs([logOf(emission("BatchSettled", settled))]));
    const skipped = emission("FillSkipped", { batchId: 1n, fillIndex: 0, reason: 1 });
    assert.throws(() => decodeLogs([logOf(skipped)]));
  });

  for (const [event, expected] of EVENTS) {
    it(`reads ${expected.type}`, () => {
      assert.deepEqual(decodeLogs([logOf(event)]), [expected]);
    });
  }

  it("passes over what is no concern of the engine", () => {
    const logs = [
      emission("FillSettled", { marketId: 3n, taker: ALICE, maker: BOB, data: 1n }),
      emission("TokensMerged", { account, marketId: 3n, quantityLots: 7n }),
      emission("OperatorSet", { operator: BOB }),
    ];
    assert.deepEqual(decodeLogs(logs.map(logOf)), []);
  });
});
