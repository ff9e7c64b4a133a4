import type { Address, Hex } from "viem";

/** What a client needs to see why its signature was not taken. */
export interface SignatureFacts {
  orderHash: Hex;
  structHash: Hex;
  domainHash: Hex;
  expectedSigner: Address;
  recoveredSigner: Address | null;
}
