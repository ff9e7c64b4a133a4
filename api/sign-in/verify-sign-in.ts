import { SiweMessage } from "siwe";
import { type Address, getAddress, type Hex, recoverMessageAddress } from "viem";
import type { ChainReader } from "../chain/chain-reader.ts";
import { ApiProblem } from "../problem.ts";
import type { NonceStore } from "./nonce-store.ts";

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

function invalid(field: string, detail: string): ApiProblem {
  return new ApiProblem("siwe_invalid", { details: { field, detail } });
}

/** The strict EIP-4361 grammar. */
function parse(message: string): SiweMessage {
  try {
    return new SiweMessage(message);
  } catch (cause) {
    throw new ApiProblem("siwe_invalid", {
      details: { field: "message", detail: "The text is not an EIP-4361 message." },
      cause,
    });
  }
}

function uriHost(uri: string): string | null {
  return URL.canParse(uri) ? new URL(uri).host : null;
}

function checkTerms(message: SiweMessage, terms: SiweTerms, nowMs: number): void {
  if (!terms.domains.includes(message.domain)) {
    throw invalid("domain", `The domain must be one of: ${terms.domains.join(", ")}.`);
  }
  if (!terms.domains.includes(uriHost(message.uri) ?? "")) {
    throw invalid("uri", `The URI's host must be one of: ${terms.domains.join(", ")}.`);
  }
  if (message.version !== "1") throw invalid("version", "The version must be 1.");
  if (message.chainId !== terms.chainId) {
    throw invalid("chainId", `The chain id must be ${terms.chainId}.`);
  }
  if (message.statement !== terms.statement) {
    throw invalid("statement", `The statement must be: ${terms.statement}`);
  }
  const ageMs = nowMs - Date.parse(message.issuedAt ?? "");
  if (!(ageMs >= -SKEW_MS)) throw invalid("issuedAt", "The message is from the future.");
  if (ageMs > terms.nonceLifetimeSeconds * 1000) {
    throw invalid("issuedAt", `The message is older than ${terms.nonceLifetimeSeconds} seconds.`);
  }
  if (message.expirationTime && Date.parse(message.expirationTime) <= nowMs) {
    throw invalid("expirationTime", "The message has expired.");
  }
  if (message.notBefore && Date.parse(message.notBefore) > nowMs) {
    throw invalid("notBefore", "The message is not valid yet.");
  }
}

async function recoversTo(account: Address, message: string, signature: Hex): Promise<boolean> {
  try {
    return getAddress(await recoverMessageAddress({ message, signature })) === account;
  } catch {
    return false; // not an ECDSA signature: a contract wallet may still accept it
  }
}

/**
 * Checks a sign-in: grammar, terms, signature, and last the nonce, which is used up. Contract
 * wallets answer by ERC-1271, also before they are deployed (ERC-6492). Returns the account in lower case.
 * @throws ApiProblem `siwe_invalid` with the field, `siwe_signature_invalid`, `siwe_nonce_unknown`.
 */
export async function verifySignIn(
  request: { message: string; signature: Hex },
  deps: { terms: SiweTerms; nonces: NonceStore; chain: ChainReader | null },
): Promise<Address> {
  const message = parse(request.message);
  checkTerms(message, deps.terms, Date.now());
  const account = getAddress(message.address);
  const isOwn =
    (await recoversTo(account, request.message, request.signature)) ||
    (await deps.chain?.walletAccepts(account, request.message, request.signature)) === true;
  if (!isOwn) throw new ApiProblem("siwe_signature_invalid", { details: { address: account } });
  if (!(await deps.nonces.consume(message.nonce))) throw new ApiProblem("siwe_nonce_unknown");
  return account.toLowerCase() as Address;
}
