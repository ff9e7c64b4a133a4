import { type Address, getAddress, type Hex, recoverMessageAddress } from "viem";
import type { ChainReader } from "../chain/chain-reader.ts";
import { ApiProblem } from "../problem.ts";
import { checkTerms, type SiweTerms } from "./check-terms.ts";
import type { NonceStore } from "./nonce-store.ts";
import { parseMessage } from "./parse-message.ts";

/** Whether the text was signed by the account's own key (EIP-191). */
export async function isSignedByKey(account: Address, text: string, signature: Hex) {
  try {
    return getAddress(await recoverMessageAddress({ message: text, signature })) === account;
  } catch {
    return false; // not an ECDSA signature: a contract wallet may still accept it
  }
}

/**
 * Checks a sign-in: grammar, terms, signature, and last the nonce, which is used up. Contract
 * wallets answer by ERC-1271, also before they are deployed (ERC-6492). Returns the account in lower case.
 * @throws ApiProblem `siwe_invalid` with the field, `siwe_signature_invalid`, `siwe_nonce_unknown`,
 * `chain_unavailable` when a contract wallet cannot be asked.
 */
export async function verifySignIn(
  request: { message: string; signature: Hex },
  deps: { terms: SiweTerms; nonces: NonceStore; chain: ChainReader | null },
): Promise<Address> {
  const { message: text, signature } = request;
  const message = parseMessage(text);
  checkTerms(message, deps.terms, Date.now());
  const account = getAddress(message.address);
  if (!(await isSignedByKey(account, text, signature))) {
    // A wallet's code runs on our node: not for who has no nonce of ours.
    if (!(await deps.nonces.isKnown(message.nonce))) throw new ApiProblem("siwe_nonce_unknown");
    if (!(await deps.chain?.walletAccepts(account, text, signature))) {
      throw new ApiProblem("siwe_signature_invalid", { details: { address: account } });
    }
  }
  if (!(await deps.nonces.consume(message.nonce))) throw new ApiProblem("siwe_nonce_unknown");
  return account.toLowerCase() as Address;
}
