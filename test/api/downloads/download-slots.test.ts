import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { DownloadSlots } from "../../../api/downloads/download-slots.ts";

const REFUSED = { code: "rate_limited" };
const of = (account: string | null, network: string) => ({ account, network });

describe("the slots for downloads", () => {
  it("are two to a client, and come back once however often they are released", () => {
    const slots = new DownloadSlots();
    const client = of("a", "n");
    const release = slots.take(client);
    slots.take(client);
    assert.throws(() => slots.take(client), REFUSED);
    slots.take(of("b", "n"));
    release();
    release();
    slots.take(client);
    assert.throws(() => slots.take(client), REFUSED);
  });

  it("are twenty for all accounts", () => {
    const slots = new DownloadSlots();
    for (let i = 0; i < 20; i++) slots.take(of(`account ${i}`, `network ${i}`));
    assert.throws(() => slots.take(of("another", "elsewhere")), REFUSED);
  });

  it("are two to a network without an account, and never those of accounts", () => {
    const slots = new DownloadSlots();
    for (let i = 0; i < 10; i++) {
      slots.take(of(null, `network ${i >> 1}`));
      if (i % 2 === 1) assert.throws(() => slots.take(of(null, `network ${i >> 1}`)), REFUSED);
    }
    assert.throws(() => slots.take(of(null, "elsewhere")), REFUSED);
    slots.take(of("a", "network 0"));
  });

  it("are six to all accounts behind one network", () => {
    const slots = new DownloadSlots();
    for (let i = 0; i < 6; i++) slots.take(of(`account ${i}`, "n"));
    assert.throws(() => slots.take(of("another", "n")), REFUSED);
    slots.take(of("another", "elsewhere"));
  });
});
