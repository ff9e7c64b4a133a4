import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "mocha";
import { bookChecksum } from "../../protocol/book-checksum.ts";
import { CANDLE_INTERVALS } from "../../protocol/candle.ts";
import { WS_CLOSE_CODES } from "../../protocol/wire/close-codes.ts";
import { STREAM_KINDS } from "../../protocol/wire/stream-catalogue.ts";

const PAGE = readFileSync(new URL("../../docs/STREAMS.md", import.meta.url), "utf8");

describe("docs/STREAMS.md", () => {
  it("has every stream, and no other", () => {
    const told = [...PAGE.matchAll(/^\| `([a-z]+(?::<[^`]+)?)` \| [^|]+ \| `/gm)].map(
      ([, name]) => name,
    );
    assert.deepEqual(
      told,
      Object.values(STREAM_KINDS).map(({ name }) => name),
    );
  });

  it("has every close code, and no other", () => {
    const told = [...PAGE.matchAll(/^\| (\d{4}) \|/gm)].map(([, code]) => code);
    assert.deepEqual(told, Object.keys(WS_CLOSE_CODES));
  });

  it("has every width of a candle", () => {
    assert.ok(PAGE.includes(`\`${Object.keys(CANDLE_INTERVALS).join(" ")}\``));
  });

  it("gives a checksum that is right", () => {
    const [, told] = /CRC-32 of `520:300,515:80,540:100`: `(\d+)`/.exec(PAGE) ?? [];
    const bids: [number, number][] = [
      [520, 300],
      [515, 80],
    ];
    assert.equal(Number(told), bookChecksum(bids, [[540, 100]]));
  });
});
