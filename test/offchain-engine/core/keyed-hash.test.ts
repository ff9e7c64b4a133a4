import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { Accounts } from "../../../offchain-engine/core/accounts.ts";
import {
  type HashKey,
  KNOWN_HASH_KEY,
  keyedHash,
} from "../../../offchain-engine/core/keyed-hash.ts";
import { NO_NONCE, Nonces } from "../../../offchain-engine/core/nonces.ts";
import { SnapshotReader } from "../../../offchain-engine/core/snapshot-reader.ts";
import { SnapshotWriter } from "../../../offchain-engine/core/snapshot-writer.ts";

const FLOOD = 20_000;
const PLACES = 2 ** 16;
/** At 20,000 of 32,768 places a longer run than this does not come by chance. */
const LONGEST_RUN = 500;
const OTHER_KEY: HashKey = { first: 0xdead_beef, second: 0x0bad_cafe };

type Lane = { high: number; low: number };

/** Lanes of account 1 that all hash to 0 where high half, account and low half are mixed without a key. */
function collidingLanes(): Lane[] {
  const lanes: Lane[] = [];
  for (let high = 1; lanes.length < FLOOD; high++) {
    const mixed = Math.imul(1, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
    const low = (mixed ^ (mixed >>> 15)) >>> 0;
    if (low < 2 ** 29) lanes.push({ high, low });
  }
  return lanes;
}

/** Lanes whose words differ in their top bits alone, which a keyed multiplication lets through. */
function topBitLanes(): Lane[] {
  return Array.from({ length: FLOOD }, (_, i) => ({ high: i << 17, low: (i & 0x7fff) << 14 }));
}

function placesUsed(lanes: Lane[], key: HashKey): number {
  return new Set(lanes.map(({ high, low }) => keyedHash(key, 1, high, low) & (PLACES - 1))).size;
}

function noncesUnder(key: HashKey): Nonces {
  const accounts = new Accounts();
  accounts.add();
  accounts.add();
  return new Nonces(accounts, key);
}

function useAll(nonces: Nonces, lanes: Lane[]): void {
  for (const { high, low } of lanes) nonces.use(1, high, (low << 3) >>> 0);
}

describe("keyed hash", () => {
  for (const [name, lanes] of Object.entries({ chosen: collidingLanes(), top: topBitLanes() })) {
    it(`spreads words that collide without it, under any key (${name})`, () => {
      const byChance = PLACES * (1 - Math.exp(-FLOOD / PLACES));
      for (const key of [KNOWN_HASH_KEY, OTHER_KEY, { first: 0, second: 0 }]) {
        const used = placesUsed(lanes, key);
        assert.ok(Math.abs(used - byChance) < 300, `${used} places, by chance ${byChance}`);
      }
    });
  }

  it("gives each of its words and both halves of the key a part in every bit", () => {
    const { first, second } = KNOWN_HASH_KEY;
    const words = [first, second, 5, 6, 7];
    const hashOf = ([f = 0, s = 0, a = 0, b = 0, c = 0]: number[]) =>
      keyedHash({ first: f, second: s }, a, b, c);
    for (const word of words.keys()) {
      let changed = 0;
      for (let bit = 0; bit < 32; bit++) {
        const other = words.map((value, i) => (i === word ? value ^ (1 << bit) : value));
        changed |= hashOf(words) ^ hashOf(other);
      }
      assert.equal(changed, -1);
    }
  });

  it("is the same on every machine", () => {
    assert.equal(keyedHash(KNOWN_HASH_KEY, 1, 2, 3), -47571111);
    assert.equal(
      keyedHash(KNOWN_HASH_KEY, 1, -2, 3) | 0,
      keyedHash(KNOWN_HASH_KEY, 1, 2 ** 32 - 2, 3),
    );
  });
});

describe("a flood of nonces chosen to collide", () => {
  for (const key of [KNOWN_HASH_KEY, OTHER_KEY]) {
    it("lengthens no search", () => {
      const nonces = noncesUnder(key);
      useAll(nonces, collidingLanes());
      assert.equal(nonces.size.lanes, FLOOD);
      const { longestSearch } = nonces;
      assert.ok(longestSearch < LONGEST_RUN, `${longestSearch} places`);
    });
  }

  it("is taken down without the key and found again under another", () => {
    const nonces = noncesUnder(KNOWN_HASH_KEY);
    const other = noncesUnder(OTHER_KEY);
    const lanes = collidingLanes();
    useAll(nonces, lanes);
    useAll(other, lanes);
    const [out, otherOut] = [new SnapshotWriter(), new SnapshotWriter()];
    nonces.save(out);
    other.save(otherOut);
    assert.deepEqual(out.bytes, otherOut.bytes);
    const loaded = noncesUnder(OTHER_KEY);
    loaded.load(new SnapshotReader(out.bytes.slice()));
    for (const { high, low } of lanes) {
      const nonce = (low << 3) >>> 0;
      assert.equal(loaded.find(1, high, nonce), nonces.find(1, high, nonce));
      assert.equal(loaded.find(1, high, nonce + 1), NO_NONCE);
    }
    assert.ok(loaded.longestSearch < LONGEST_RUN);
  });
});
