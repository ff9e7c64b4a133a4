import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { isAgonError } from "../../sdk/agon-error.ts";
import { createNonceSession, randomPrefix } from "../../sdk/nonce-session.ts";

const COUNTS = 1n << 24n;

describe("nonce session", () => {
  it("refuses to go on when the cancel floor leaves no nonces", () => {
    const session = createNonceSession(() => 5n);
    session.raiseFloor((1n << 64n) - 1n);
    assert.throws(
      () => session.next(),
      (error) => isAgonError(error, "nonce_below_floor"),
    );
  });

  it("counts up from its prefix", () => {
    const session = createNonceSession(() => 5n);
    assert.deepEqual(
      [session.next(), session.next(), session.next()],
      [0, 1, 2].map((count) => 5n * COUNTS + BigInt(count)),
    );
  });

  it("takes a new prefix when its counts are used up, and never repeats a nonce", () => {
    const prefixes = [3n, 9n];
    const session = createNonceSession(() => prefixes.shift() ?? assert.fail("a third prefix"));
    let last = 0n;
    for (let count = 0; count < Number(COUNTS); count++) last = session.next();
    assert.equal(last, 4n * COUNTS - 1n);
    assert.equal(session.next(), 9n * COUNTS);
  });

  it("gives out nothing below a raised cancel floor", () => {
    const session = createNonceSession(() => 1n);
    session.next();
    const floor = 77n * COUNTS + 5n;
    session.raiseFloor(floor);
    const nonce = session.next();
    assert.ok(nonce >= floor);
    assert.ok(nonce < 1n << 64n);
    assert.equal(session.next(), nonce + 1n);
  });

  it("keeps its prefix when the floor is raised to a nonce of it that is still to come", () => {
    const session = createNonceSession(() => 8n);
    const first = session.next();
    session.raiseFloor(first + 1n);
    assert.equal(session.next(), first + 1n);
  });

  it("draws 40-bit prefixes that differ", () => {
    const prefixes = new Set(Array.from({ length: 1000 }, randomPrefix));
    assert.ok(prefixes.size > 990);
    assert.ok([...prefixes].every((prefix) => prefix >= 0n && prefix < 1n << 40n));
    assert.ok([...prefixes].some((prefix) => prefix >= 1n << 39n));
  });
});
