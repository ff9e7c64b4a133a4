/**
 * Two secret 32-bit words that place keys in hash tables: who does not know them cannot choose nonces, client
 * ids or orders that fall on one place. Drawn anew by each process. Nothing that a core says, keeps or takes
 * down depends on them, so two cores of different keys agree.
 */
export interface HashKey {
  readonly first: number;
  readonly second: number;
}

/** For tests and measurements, where nobody attacks. */
export const KNOWN_HASH_KEY: HashKey = { first: 0x0706_0504, second: 0x0302_0100 };

const ROUNDS = 5;
const WORDS = 3;

/**
 * A 32-bit hash of three words: HalfSipHash-1-2 less its word for the length, which is always the same. A keyed
 * multiplication or two would be cheaper, but there are inputs that collide there whatever the key is.
 */
export function keyedHash(key: HashKey, a: number, b: number, c: number): number {
  let v0 = key.first | 0;
  let v1 = key.second | 0;
  let v2 = 0x6c79_6765 ^ v0;
  let v3 = 0x7465_6462 ^ v1;
  let word = a;
  let second = b;
  let third = c;
  for (let round = 0; round < ROUNDS; round++) {
    if (round === WORDS) v2 ^= 0xff;
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
    word = second;
    second = third;
    third = 0;
  }
  return v1 ^ v3;
}
