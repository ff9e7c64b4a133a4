import assert from "node:assert/strict";
import { beforeEach, describe, it } from "mocha";
import { Outcome, Side } from "../../../protocol/units.ts";
import { ExpectedLedger } from "../../../scripts/demo/expected-ledger.ts";

const leg = (outcome: keyof typeof Outcome, side: keyof typeof Side) => ({
  outcome: Outcome[outcome],
  side: Side[side],
});

/** Figures by hand: 100 shares at 0.6, 1 % fee on 0.4 a share, so 0.4 collateral. */
describe("the demo's own ledger", () => {
  let ledger: ExpectedLedger;

  beforeEach(() => {
    ledger = new ExpectedLedger(100);
    for (const name of ["maker", "taker"]) {
      ledger.open(name, 1_000_000_000n);
      ledger.deposit(name, 500_000_000n);
    }
    ledger.fill({
      matchKind: "mint",
      taker: "taker",
      maker: "maker",
      takerLeg: leg("NO", "BUY"),
      makerLeg: leg("YES", "BUY"),
      yesPriceTicks: 600,
      quantityLots: 10_000,
    });
  });

  it("refuses an account that it does not know", () => {
    assert.throws(() => ledger.account("nobody"));
  });

  it("charges both sides of a mint, and the taker the fee", () => {
    assert.equal(ledger.account("maker").cashMicro, 440_000_000n);
    assert.equal(ledger.account("maker").yesLots, 10_000n);
    assert.equal(ledger.account("taker").cashMicro, 459_600_000n);
    assert.equal(ledger.account("taker").noLots, 10_000n);
    assert.equal(ledger.feesMicro, 400_000n);
  });

  it("pays both sides of a merge", () => {
    ledger.fill({
      matchKind: "merge",
      taker: "maker",
      maker: "taker",
      takerLeg: leg("YES", "SELL"),
      makerLeg: leg("NO", "SELL"),
      yesPriceTicks: 500,
      quantityLots: 10_000,
    });
    assert.equal(ledger.account("maker").cashMicro, 489_500_000n);
    assert.equal(ledger.account("maker").closedPnlMicro, -10_500_000n);
    assert.equal(ledger.account("taker").cashMicro, 509_600_000n);
    assert.equal(ledger.account("taker").noLots, 0n);
  });

  it("counts exported shares as sold at the mark, and pays their tokens to the wallet", () => {
    ledger.exportYes("maker", 4_000n, 600);
    assert.equal(ledger.account("maker").closedPnlMicro, -36_000_000n);
    assert.equal(ledger.redeemTokens("maker", 1000), 40_000_000n);
    assert.equal(ledger.account("maker").walletMicro, 540_000_000n);
    assert.equal(ledger.redeem("maker", 1000), 60_000_000n);
    assert.equal(ledger.account("maker").cashMicro, 500_000_000n);
  });

  it("pays the losing side nothing", () => {
    assert.equal(ledger.redeem("taker", 1000), 0n);
    assert.equal(ledger.account("taker").noLots, 0n);
  });
});
