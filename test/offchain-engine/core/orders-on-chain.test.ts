import assert from "node:assert/strict";
import { it } from "mocha";
import { ALICE, address, BOB, startedDriver } from "./driver.ts";
import { describeEngines } from "./engine-under-test.ts";

const DELEGATE = address("de");

describeEngines("what accounts say on chain about orders", (createEngine) => {
  it("a raised cancel floor cancels open orders below it at once", () => {
    const exchange = startedDriver(createEngine());
    const below = exchange.place(ALICE, "BUY YES 1 @ 500", { nonce: "99" }).order.hash;
    const at = exchange.place(ALICE, "BUY YES 1 @ 500", { nonce: "100" }).order.hash;
    const others = exchange.place(BOB, "BUY YES 1 @ 500", { nonce: "99" }).order.hash;
    exchange.block({
      type: "cancel_floor_raised",
      account: ALICE,
      floor: "100",
      effectiveAt: 2_000_000,
    });
    assert.equal(exchange.order(below).cancelReason, "cancel_floor");
    assert.equal(exchange.order(at).status, "open");
    assert.equal(exchange.order(others).status, "open");
  });

  it("a raised cancel floor refuses later orders below it, compared as 64-bit integers", () => {
    const exchange = startedDriver(createEngine());
    const floor = (2n ** 63n + 1n).toString();
    exchange.block({ type: "cancel_floor_raised", account: ALICE, floor, effectiveAt: 2_000_000 });
    const nonce = (2n ** 63n).toString();
    const details = exchange.refuses("nonce_below_floor", ALICE, "BUY YES 1 @ 500", { nonce });
    assert.deepEqual(details, { floor });
    exchange.place(ALICE, "BUY YES 1 @ 500", { nonce: floor });
    exchange.place(BOB, "BUY YES 1 @ 500", { nonce });
  });

  it("a cancel floor never falls", () => {
    const exchange = startedDriver(createEngine());
    for (const floor of ["100", "50"]) {
      exchange.block({
        type: "cancel_floor_raised",
        account: ALICE,
        floor,
        effectiveAt: 2_000_000,
      });
    }
    exchange.refuses("nonce_below_floor", ALICE, "BUY YES 1 @ 500", { nonce: "99" });
  });

  it("a requested cancel ends the order and uses the nonce up", () => {
    const exchange = startedDriver(createEngine());
    const { order } = exchange.place(ALICE, "BUY YES 1 @ 500", { nonce: "7" });
    const request = (nonce: string) =>
      exchange.block({ type: "cancel_requested", account: ALICE, nonce, effectiveAt: 2_000_000 });
    request("7");
    request("8");
    assert.equal(exchange.order(order.hash).status, "cancelled");
    exchange.refuses("nonce_used", ALICE, "BUY YES 1 @ 500", { nonce: "8" });
  });

  it("an added delegate signs for the account, and for no other", () => {
    const exchange = startedDriver(createEngine());
    exchange.block({ type: "delegate_added", account: ALICE, delegate: DELEGATE });
    exchange.place(ALICE, "BUY YES 1 @ 500", { signer: DELEGATE });
    exchange.refuses("signature_invalid", BOB, "BUY YES 1 @ 500", { signer: DELEGATE });
    assert.deepEqual(exchange.engine.account(ALICE).delegates, [DELEGATE]);
  });

  it("a removed delegate's orders are cancelled, and it signs no more", () => {
    const exchange = startedDriver(createEngine());
    exchange.block({ type: "delegate_added", account: ALICE, delegate: DELEGATE });
    const its = exchange.place(ALICE, "BUY YES 1 @ 500", { signer: DELEGATE }).order.hash;
    const own = exchange.place(ALICE, "BUY YES 1 @ 500").order.hash;
    exchange.block({
      type: "delegate_removed",
      account: ALICE,
      delegate: DELEGATE,
      effectiveAt: 2_000_000,
    });
    assert.equal(exchange.order(its).cancelReason, "delegate_removed");
    assert.equal(exchange.order(own).status, "open");
    exchange.refuses("signature_invalid", ALICE, "BUY YES 1 @ 500", { signer: DELEGATE });
  });
});
