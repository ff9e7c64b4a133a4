import { createHash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

/** What a token opens. */
export type TokenKind = "session" | "api_key";

/** A new token, and what is kept of it. */
export interface IssuedToken {
  /** `agon_live_…` (a key) or `agon_sess_…`: shown once and nowhere kept. */
  token: string;
  /** Of the row: says nothing about the token. */
  id: string;
  hash: Uint8Array<ArrayBuffer>;
}

/** A token as presented: well-formed, which is not yet to say known. */
export interface PresentedToken {
  kind: TokenKind;
  id: string;
  hash: Uint8Array<ArrayBuffer>;
}

const PREFIX = { session: "agon_sess_", api_key: "agon_live_" } as const;
const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const ID_LETTERS = 22;
const SECRET_LETTERS = 32;
const CHECKSUM_LETTERS = 6;
const PATTERN = /^(agon_sess_|agon_live_)([0-9A-Za-z]{22})[0-9A-Za-z]{38}$/;
const SHOWN_LETTERS = PREFIX.api_key.length + 6;
/** The largest multiple of 62 in a byte: above it, letters would not be equally likely. */
const FAIR_BYTES = 248;

function randomLetters(count: number): string {
  let letters = "";
  while (letters.length < count) {
    for (const byte of randomBytes(count)) {
      if (byte < FAIR_BYTES && letters.length < count) letters += LETTERS[byte % 62];
    }
  }
  return letters;
}

function checksum(body: string): string {
  let rest = crc32(body);
  let letters = "";
  for (let index = 0; index < CHECKSUM_LETTERS; index++) {
    letters = LETTERS[rest % 62] + letters;
    rest = Math.floor(rest / 62);
  }
  return letters;
}

function sha256(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createHash("sha256").update(text).digest());
}

function rowId(idLetters: string): string {
  return createHash("sha256").update(idLetters).digest("hex").slice(0, 32);
}

function issue(kind: TokenKind, idLetters: string): IssuedToken {
  const body = PREFIX[kind] + idLetters + randomLetters(SECRET_LETTERS);
  const token = body + checksum(body);
  return { token, id: rowId(idLetters), hash: sha256(token) };
}

/**
 * A fresh token: prefix, 22 letters that find its row, 32 secret ones (190 bits), and a CRC-32 in base 62,
 * by which a scanner for leaked secrets knows it, and by which garbage is refused without a look-up.
 */
export function issueToken(kind: TokenKind): IssuedToken {
  return issue(kind, randomLetters(ID_LETTERS));
}

/** Another token of the same session: same row, new secret. `token` must be well-formed. */
export function reissueToken(kind: TokenKind, token: string): IssuedToken {
  const start = PREFIX[kind].length;
  return issue(kind, token.slice(start, start + ID_LETTERS));
}

/** Reads a presented token; null when it is none of ours. */
export function parseToken(token: string): PresentedToken | null {
  const [, prefix, idLetters] = PATTERN.exec(token) ?? [];
  if (prefix === undefined || idLetters === undefined) return null;
  const body = token.slice(0, -CHECKSUM_LETTERS);
  if (!token.endsWith(checksum(body))) return null;
  const kind = prefix === PREFIX.session ? "session" : "api_key";
  return { kind, id: rowId(idLetters), hash: sha256(token) };
}

/** What may be shown of a key's token, to tell keys apart. */
export function shownPrefix(token: string): string {
  return token.slice(0, SHOWN_LETTERS);
}
