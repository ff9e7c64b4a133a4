import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  acquire,
  applyFill,
  dispose,
  EMPTY_POSITION,
  type Position,
  worthMicro,
} from "../../../indexer/accounting/position.ts";
import { Outcome, Side } from "../../../protocol/units.ts";

function bought(outcome: Outcome, yesPriceTicks: number, quantityLots: number): Position {
  return applyFill(EMPTY_POSITION, {
    outcome,
    side: Side.BUY,
    yesPriceTicks,
    quantityLots,
    feeMicro: 0n,
  });
}

describe("average-cost accounting of a position", () => {
  it("refuses to let more lots leave than came", () => {
    assert.throws(
      () => dispose(bought(Outcome.YES, 400, 10), Outcome.YES, 11n, 0n),
      assert.AssertionError,
    );
    assert.throws(() => dispose(EMPTY_POSITION, Outcome.NO, 1n, 0n), assert.AssertionError);
  });

  it("buys YES at the price and NO at its complement", () => {
    assert.equal(bought(Outcome.YES, 400, 10).yesCostMicro, 40_000n);
    assert.equal(bought(Outcome.NO, 400, 10).noCostMicro, 60_000n);
  });

  it("averages the cost over purchases at different prices", () => {
    let position = bought(Outcome.YES, 400, 10);
    position = applyFill(position, {
      outcome: Outcome.YES,
      side: Side.BUY,
      yesPriceTicks: 700,
      quantityLots: 30,
      feeMicro: 0n,
    });
    assert.equal(position.yesLots, 40n);
    assert.equal(position.yesCostMicro, 250_000n);
    const half = dispose(position, Outcome.YES, 20n, worthMicro(Outcome.YES, 20n, 650));
    assert.equal(half.yesCostMicro, 125_000n);
    assert.equal(half.realisedPnlMicro, 5_000n);
  });

  it("rounds the cost of a part down and leaves the rest to the last lot", () => {
    let position = acquire(EMPTY_POSITION, Outcome.NO, 3n, 10n);
    const removed: bigint[] = [];
    for (let lot = 0; lot < 3; lot++) {
      const before = position.noCostMicro;
      position = dispose(position, Outcome.NO, 1n, 0n);
      removed.push(before - position.noCostMicro);
    }
    assert.deepEqual(removed, [3n, 3n, 4n]);
    assert.equal(position.noCostMicro, 0n);
    assert.equal(position.realisedPnlMicro, -10n);
  });

  it("takes the fee off the realised profit at once", () => {
    const position = applyFill(EMPTY_POSITION, {
      outcome: Outcome.YES,
      side: Side.BUY,
      yesPriceTicks: 500,
      quantityLots: 100,
      feeMicro: 123n,
    });
    assert.equal(position.realisedPnlMicro, -123n);
    assert.equal(position.feesMicro, 123n);
    assert.equal(position.yesCostMicro, 500_000n);
    assert.equal(position.volumeMicro, 500_000n);
  });

  it("keeps realised = sold - bought + cost still held - fees", () => {
    let position = bought(Outcome.YES, 333, 7);
    for (const quantityLots of [1, 2, 3]) {
      position = applyFill(position, {
        outcome: Outcome.YES,
        side: Side.SELL,
        yesPriceTicks: 500 + quantityLots,
        quantityLots,
        feeMicro: 5n,
      });
    }
    const { realisedPnlMicro, soldMicro, boughtMicro, yesCostMicro, feesMicro } = position;
    assert.equal(realisedPnlMicro, soldMicro - boughtMicro + yesCostMicro - feesMicro);
  });
});
