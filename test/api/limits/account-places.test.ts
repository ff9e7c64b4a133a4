import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { AccountPlaces } from "../../../api/limits/account-places.ts";

describe("the places of accounts at a network", () => {
  const bounds = { placesMax: 2, networksMax: 2, idleMs: 100 };

  it("are refused to accounts behind the first ones, which keep theirs", () => {
    const places = new AccountPlaces(bounds);
    assert.deepEqual(
      ["a", "b", "c", "a"].map((account) => places.take("net", account, 0)),
      [true, true, false, true],
    );
    assert.equal(places.take("other", "c", 0), true);
  });

  it("come free when their account was not seen for long", () => {
    const places = new AccountPlaces(bounds);
    places.take("net", "a", 0);
    places.take("net", "b", 10);
    places.take("net", "a", 20);
    assert.equal(places.take("net", "c", 109), false);
    assert.equal(places.take("net", "c", 110), true);
    assert.equal(places.take("net", "b", 110), false);
    assert.equal(places.take("net", "a", 110), true);
  });

  it("are remembered of as many networks as may be", () => {
    const places = new AccountPlaces(bounds);
    for (const account of ["a", "b"]) places.take("first", account, 0);
    for (const network of ["second", "third"]) places.take(network, "a", 0);
    assert.equal(places.take("first", "c", 0), true, "forgotten with its network");
  });
});
