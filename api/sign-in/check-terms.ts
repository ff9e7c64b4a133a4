import { type SignInMessage, siweInvalid } from "./parse-message.ts";
import { rfc3339Ms } from "./rfc3339.ts";

/** What a sign-in message must say to be valid here. */
export interface SiweTerms {
  /** `host[:port]` of the api, then of other pages that may sign in. */
  domains: readonly string[];
  chainId: number;
  /** Wallets show it: a message with another text, or none, was not asked for by us. */
  statement: string;
  /** A message older than its nonce can be is a stored one. */
  nonceLifetimeSeconds: number;
}

/** How far a client's clock may be ahead of ours. */
const SKEW_MS = 60_000;
const WEB_SCHEMES = new Set(["http:", "https:"]);

/** A time that the grammar took. */
function timeMs(text: string): number {
  return rfc3339Ms(text) ?? Number.NaN;
}

/** @throws ApiProblem `siwe_invalid` when the message is over or not yet valid. */
export function checkValidity(message: SignInMessage, nowMs: number): void {
  const { expirationTime, notBefore } = message;
  if (expirationTime !== undefined && !(timeMs(expirationTime) > nowMs)) {
    throw siweInvalid("expirationTime", "The message has expired.");
  }
  if (notBefore !== undefined && !(timeMs(notBefore) <= nowMs)) {
    throw siweInvalid("notBefore", "The message is not valid yet.");
  }
}

function checkAge(message: SignInMessage, terms: SiweTerms, nowMs: number): void {
  const ageMs = nowMs - timeMs(message.issuedAt);
  if (!(ageMs >= -SKEW_MS)) throw siweInvalid("issuedAt", "The message is from the future.");
  if (ageMs > terms.nonceLifetimeSeconds * 1000) {
    const { nonceLifetimeSeconds } = terms;
    throw siweInvalid("issuedAt", `The message is older than ${nonceLifetimeSeconds} seconds.`);
  }
}

/** Whether the message was made for this server, and now. @throws ApiProblem `siwe_invalid` with the field. */
export function checkTerms(message: SignInMessage, terms: SiweTerms, nowMs: number): void {
  const domains = terms.domains.join(", ");
  if (!terms.domains.includes(message.domain)) {
    throw siweInvalid("domain", `The domain must be one of: ${domains}.`);
  }
  const uri = URL.canParse(message.uri) ? new URL(message.uri) : null;
  if (uri === null || !WEB_SCHEMES.has(uri.protocol) || !terms.domains.includes(uri.host)) {
    throw siweInvalid("uri", `The URI must be http or https, its host one of: ${domains}.`);
  }
  if (message.scheme !== undefined && `${message.scheme.toLowerCase()}:` !== uri.protocol) {
    throw siweInvalid("scheme", "The scheme must be the URI's.");
  }
  if (message.chainId !== terms.chainId) {
    throw siweInvalid("chainId", `The chain id must be ${terms.chainId}.`);
  }
  if (message.statement !== terms.statement) {
    throw siweInvalid("statement", `The statement must be: ${terms.statement}`);
  }
  checkAge(message, terms, nowMs);
  checkValidity(message, nowMs);
}
