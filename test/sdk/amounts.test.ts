import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { formatCollateral, formatPrice, formatShares } from "../../protocol/units.ts";
import { isAgonError } from "../../sdk/agon-error.ts";
import { toAmountMicro, toPriceTicks, toQuantityLots } from "../../sdk/amounts.ts";

describe("amounts", () => {
  for (const price of ["0", "1", "0.6255", "-0.5", "1e-1", "", " 0.5", ".5", 0, 1000, 0.625, NaN]) {
    it(`refuses the price ${JSON.stringify(price)}`, () => {
      assert.throws(
        () => toPriceTicks(price),
        (error) => isAgonError(error, "price_out_of_range"),
      );
    });
  }

  for (const quantity of ["0", "0.001", "42949672.95", "-1", "ten", 0, -1, 12.5, 4_294_967_295]) {
    it(`refuses the quantity ${JSON.stringify(quantity)}`, () => {
      assert.throws(
        () => toQuantityLots(quantity),
        (error) => isAgonError(error, "quantity_out_of_range"),
      );
    });
  }

  for (const amount of ["0", "0.0000001", "-1", 0n, -5n]) {
    it(`refuses the amount ${String(amount)}`, () => {
      assert.throws(
        () => toAmountMicro(amount),
        (error) => isAgonError(error, "amount_invalid"),
      );
    });
  }

  it("takes no number that is not a whole one: a float never becomes money", () => {
    const fraction = fc
      .double({ noNaN: false, noInteger: true })
      .filter((value) => !Number.isInteger(value));
    fc.assert(
      fc.property(fraction, (value) => {
        assert.throws(
          () => toPriceTicks(value),
          (error) => isAgonError(error),
        );
        assert.throws(
          () => toQuantityLots(value),
          (error) => isAgonError(error),
        );
        assert.throws(
          () => toAmountMicro(value as never),
          (error) => isAgonError(error),
        );
      }),
    );
  });

  it("takes or refuses any text with a code, and what it takes is what the text says", () => {
    const decimal = fc.stringMatching(/^-?[0-9]{0,12}[.,]?[0-9]{0,9}(e[0-9])?$/);
    const reads = [
      [toPriceTicks, 3],
      [toQuantityLots, 2],
      [toAmountMicro, 6],
    ] as const;
    fc.assert(
      fc.property(decimal, fc.constantFrom(...reads), (text, [read, decimals]) => {
        let taken: number | bigint;
        try {
          taken = read(text);
        } catch (error) {
          assert.ok(isAgonError(error), String(error));
          return;
        }
        const [whole = "", fraction = ""] = text.split(".");
        assert.equal(
          BigInt(taken),
          BigInt(whole + fraction.padEnd(decimals, "0").slice(0, decimals)),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it("reads back whatever is written of a price, a quantity or an amount", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 999 }),
        fc.integer({ min: 1, max: 4_294_967_294 }),
        fc.bigInt({ min: 1n, max: 2n ** 63n }),
        (ticks, lots, micro) => {
          assert.equal(toPriceTicks(formatPrice(ticks)), ticks);
          assert.equal(toPriceTicks(ticks), ticks);
          assert.equal(toQuantityLots(formatShares(lots)), lots);
          assert.equal(toQuantityLots(lots), lots);
          assert.equal(toAmountMicro(formatCollateral(micro)), micro);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it("reads prices as decimal text or as ticks", () => {
    assert.deepEqual(
      ["0.625", "0.001", "0.999", "0.50", 625, 1, 999].map(toPriceTicks),
      [625, 1, 999, 500, 625, 1, 999],
    );
  });

  it("reads quantities as decimal text of shares or as lots", () => {
    assert.deepEqual(
      ["12.5", "0.01", "42949672.94", 1250].map(toQuantityLots),
      [1250, 1, 4_294_967_294, 1250],
    );
  });

  it("reads amounts as decimal text of collateral or as micro, exactly", () => {
    assert.deepEqual(["10.25", "0.000001", "9007199254.740993", 7n].map(toAmountMicro), [
      10_250_000n,
      1n,
      9_007_199_254_740_993n,
      7n,
    ]);
  });
});
