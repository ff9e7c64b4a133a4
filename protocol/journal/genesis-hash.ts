import { concat, type Hex, numberToHex, sha256, stringToHex } from "viem";
import type { Deployment } from "../deployment.ts";

/** Of the journal's entries and of its hash chain. */
export const JOURNAL_FORMAT = 1;

/** What makes a journal one deployment's own. */
export type JournalIdentity = Pick<Deployment, "chainId" | "exchange" | "deployBlockHash">;

/**
 * Hash "zero" of a journal: SHA-256 of `agon-journal-1`, chain id (8 bytes, big-endian), exchange, deploy
 * block's hash.
 */
export function journalGenesisHash(identity: JournalIdentity): Hex {
  return sha256(
    concat([
      stringToHex(`agon-journal-${JOURNAL_FORMAT}`),
      numberToHex(identity.chainId, { size: 8 }),
      identity.exchange,
      identity.deployBlockHash,
    ]),
  );
}
