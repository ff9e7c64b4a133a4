import { type Address, bytesToHex, type Hex, type TypedDataDomain } from "viem";
import type { OrderJson } from "../../protocol/engine/command.ts";
import { createOrderHasher } from "./order-digest.ts";
import {
  type RecoveryImplementation,
  recoverPublicKey,
  recoveryImplementation,
} from "./recover.ts";
import { canonicalSignature, type SignatureFault, signatureBytes } from "./signature-bytes.ts";

export interface OrderHashes {
  orderHash: Hex;
  structHash: Hex;
}

export type VerifiedSignature =
  | { ok: true /** Lower case. */; signer: Address; signature: Hex }
  | { ok: false; fault: SignatureFault | "unrecoverable" };

export interface OrderVerifier {
  domainHash: Hex;
  implementation: RecoveryImplementation;
  /** The EIP-712 hashes of an order. */
  hashes(order: OrderJson): OrderHashes;
  /** Who signed a digest. That the signer may sign for the maker is for the engine to decide. */
  recover(orderHash: Hex, signature: Hex): VerifiedSignature;
}

/** An order's hash and its signer, at the speed that a matching engine needs. */
export async function createOrderVerifier(domain: TypedDataDomain): Promise<OrderVerifier> {
  const hasher = await createOrderHasher(domain);

  function recover(orderHash: Hex, signature: Hex): VerifiedSignature {
    const parts = signatureBytes(signature);
    if (typeof parts === "string") return { ok: false, fault: parts };
    const publicKey = recoverPublicKey(Buffer.from(orderHash.slice(2), "hex"), parts);
    if (publicKey === null) return { ok: false, fault: "unrecoverable" };
    const signer = bytesToHex(hasher.keccak(publicKey).subarray(12));
    return { ok: true, signer, signature: canonicalSignature(parts) };
  }

  return {
    domainHash: hasher.domainHash,
    implementation: recoveryImplementation(),
    hashes(order) {
      const { digest, structHash } = hasher.hash({ ...order, nonce: BigInt(order.nonce) });
      return { orderHash: bytesToHex(digest), structHash: bytesToHex(structHash) };
    },
    recover,
  };
}
