import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { type AnnouncedWallet, discoverWallets } from "../../sdk/discover-wallets.ts";

const provider = { request: async () => null } as unknown as AnnouncedWallet["provider"];

/** A window with an extension in it, which answers as EIP-6963 says. */
function pageWith(...uuids: string[]): EventTarget {
  const page = new EventTarget();
  page.addEventListener("eip6963:requestProvider", () => {
    for (const uuid of uuids) announce(page, wallet(uuid));
  });
  return page;
}

function wallet(uuid: string): AnnouncedWallet {
  return { info: { uuid, name: `Wallet ${uuid}`, icon: "data:", rdns: "io.wallet" }, provider };
}

function announce(page: EventTarget, detail: unknown): void {
  page.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
}

describe("discoverWallets", () => {
  function follow(page: EventTarget) {
    let found: string[] = [];
    const stop = discoverWallets((wallets) => {
      found = wallets.map(({ info }) => info.uuid);
    }, page);
    return { stop, found: () => found };
  }

  it("passes over what is no announcement, and over a wallet that announces itself twice", () => {
    const page = pageWith("a", "a");
    const { found } = follow(page);
    for (const detail of [null, 1, {}, { info: { uuid: "b" } }, { provider }])
      announce(page, detail);
    assert.deepEqual(found(), ["a"]);
  });

  it("keeps a bounded number of wallets", () => {
    const page = pageWith();
    const { found } = follow(page);
    for (let i = 0; i < 1000; i++) announce(page, wallet(String(i)));
    assert.equal(found().length, 64);
  });

  it("finds the wallets that are there and those that come later, until it is stopped", () => {
    const page = pageWith("a", "b");
    const { found, stop } = follow(page);
    assert.deepEqual(found(), ["a", "b"]);
    announce(page, wallet("c"));
    assert.deepEqual(found(), ["a", "b", "c"]);
    stop();
    announce(page, wallet("d"));
    assert.deepEqual(found(), ["a", "b", "c"]);
  });
});
