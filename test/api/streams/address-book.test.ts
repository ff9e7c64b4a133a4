import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { AddressBook } from "../../../api/streams/address-book.ts";
import { TokenBucket } from "../../../api/streams/token-bucket.ts";

describe("token bucket", () => {
  it("gives no more than its burst at once, and its rate after that", () => {
    const bucket = new TokenBucket({ perSecond: 10, burst: 20, nowMs: 0 });
    assert.ok(!bucket.take(21, 0));
    assert.ok(bucket.take(20, 0));
    assert.ok(!bucket.take(1, 50));
    assert.ok(bucket.take(1, 100));
    assert.ok(!bucket.isFull(1_000));
    assert.ok(bucket.isFull(60_000));
    assert.ok(!bucket.take(21, 60_000));
  });

  it("takes nothing back when the clock goes back", () => {
    const bucket = new TokenBucket({ perSecond: 10, burst: 20, nowMs: 1_000 });
    assert.ok(bucket.take(20, 1_000));
    assert.ok(!bucket.take(1, 0));
    assert.ok(bucket.take(1, 100));
  });
});

describe("address book", () => {
  it("refuses an address that connects too often, and no other", () => {
    const book = new AddressBook(1);
    assert.ok(book.attempt("a", 0) !== null);
    assert.ok(book.attempt("a", 0) !== null);
    assert.equal(book.attempt("a", 0), null);
    assert.ok(book.attempt("b", 0) !== null);
  });

  it("remembers an address that went until its bucket is full again", () => {
    const book = new AddressBook(1);
    book.attempt("a", 0);
    book.attempt("a", 0);
    book.sweep(1_000);
    assert.equal(book.attempt("a", 1_000), null);
    book.sweep(20_000);
    const entry = book.attempt("a", 20_000);
    assert.ok(entry);
    entry.connections = 1;
    book.sweep(60_000);
    assert.equal(book.attempt("a", 60_000), entry);
  });

  it("keeps an address whose handshake is under way, so that all its connections are counted together", () => {
    const book = new AddressBook(1);
    const entry = book.attempt("a", 0);
    assert.ok(entry);
    entry.handshakes = 1;
    book.sweep(60_000);
    assert.equal(book.attempt("a", 60_000), entry);
    entry.handshakes = 0;
    book.sweep(120_000);
    assert.notEqual(book.attempt("a", 120_000), entry);
  });
});
