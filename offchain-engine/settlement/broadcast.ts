import { BaseError, type Hex } from "viem";
import type { ChainClient } from "../chain/client.ts";

/**
 * How sending a signed transaction ended.
 * - `taken`: a node has it
 * - `nonce_used`: another transaction with its nonce was mined
 * - `underpriced`: one with its nonce is pending and offers as much
 * - `unfunded`: the operator cannot pay for it
 * - `reverted`: the node mined it at once, and it failed
 * - `nonce_ahead`: the node wants the transactions before it first
 */
export type BroadcastOutcome =
  | "taken"
  | "nonce_used"
  | "underpriced"
  | "unfunded"
  | "reverted"
  | "nonce_ahead";

/** Nodes tell these apart by their words only; the patterns cover geth, reth, erigon, nethermind, Hardhat. */
const WORDS: readonly [RegExp, BroadcastOutcome][] = [
  [/already known|known transaction|already imported|alreadyknown/i, "taken"],
  [/underpriced|fee too low to compete|replacement.*not allowed/i, "underpriced"],
  [/nonce too low|old ?nonce|nonce has already been used/i, "nonce_used"],
  [/nonce too high|nonce gap|noncegap/i, "nonce_ahead"],
  [/insufficient funds|enough funds|insufficient balance/i, "unfunded"],
  [/revert/i, "reverted"],
];

/**
 * Sends a signed transaction.
 * @throws viem's error when the node did not answer (it may have it, then) or refused it in other words.
 */
export async function broadcast(client: ChainClient, raw: Hex): Promise<BroadcastOutcome> {
  try {
    await client.request({ method: "eth_sendRawTransaction", params: [raw] });
    return "taken";
  } catch (error) {
    if (!(error instanceof BaseError)) throw error;
    const words = `${error.details} ${error.shortMessage}`;
    const known = WORDS.find(([pattern]) => pattern.test(words));
    if (known) return known[1];
    throw error;
  }
}
