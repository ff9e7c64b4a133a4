import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { DownloadSlots } from "../../../api/downloads/download-slots.ts";

const REFUSED = { code: "rate_limited" };

describe("the slots for downloads", () => {
  it("are two to a client, and come back once however often they are released", () => {
    const slots = new DownloadSlots();
    const release = slots.take("a");
    slots.take("a");
    assert.throws(() => slots.take("a"), REFUSED);
    slots.take("b");
    release();
    release();
    slots.take("a");
    assert.throws(() => slots.take("a"), REFUSED);
  });

  it("are twenty for all clients", () => {
    const slots = new DownloadSlots();
    for (let client = 0; client < 20; client++) slots.take(`client ${client}`);
    assert.throws(() => slots.take("another"), REFUSED);
  });
});
