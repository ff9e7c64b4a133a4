import { createKeccak } from "hash-wasm";
import { type Address, type Hex, hexToBytes, zeroAddress } from "viem";
import type { Deployment } from "../../../protocol/deployment.ts";
import type { OrderJson } from "../../../protocol/engine/command.ts";
import { ORDER_STRUCT_BYTES, writeOrderStruct } from "../order-struct.ts";
import { loadRecovery } from "../recovery.ts";
import { type SignatureBytes, type SignatureFault, signatureBytes } from "../signature-bytes.ts";
import type { Keccak, SignatureDifference, WrongMessage } from "./signature-difference.ts";
import { createTimeBudget, type TimeBudget } from "./time-budget.ts";
import { wrongDomains } from "./wrong-domains.ts";
import { wrongFields } from "./wrong-fields.ts";
import { wrongForms } from "./wrong-forms.ts";
import { type WrongType, wrongTypes } from "./wrong-types.ts";

/** A signature that is none of the signers' who might have made it. */
export interface UnexplainedSignature {
  /** With its maker in lower case. */
  order: OrderJson;
  signature: Hex;
  orderHash: Hex;
  structHash: Hex;
  /** The maker and its delegates, in lower case; the first few are tried as makers too. */
  signers: readonly Address[];
  takerFeeBps: number | null;
}

/** What was found; null: nothing of the usual; absent: it was not searched, there is too much to explain now. */
export interface Explanation {
  difference?: SignatureDifference | null;
}

/** Finds out what was signed in an order's place. */
export interface SignatureExplainer {
  explain(unexplained: UnexplainedSignature): Explanation;
}

const WORD = 32;
const MAKERS_MAX = 8;
/** Of the main thread: a tenth, so that a flood of bad signatures costs the good ones little. */
const BUDGET_MS_PER_SECOND = 100;
const BUDGET_MOST_MS = 100;

const FAULTS: Record<SignatureFault, SignatureDifference> = {
  length: {
    field: "signature",
    signed: "another length",
    needed: "65 or 64 bytes",
    hint: "Send r, s and v, or the compact form of EIP-2098.",
  },
  recovery_id: {
    field: "signature.v",
    signed: "another value",
    needed: "0, 1, 27 or 28",
    hint: "EIP-155's v, which has the chain id in it, is for transactions.",
  },
  high_s: {
    field: "signature.s",
    signed: "in the upper half",
    needed: "in the lower half",
    hint: "Replace s by the curve's order less s, and flip v; most libraries do so by themselves.",
  },
};

const FLIPPED_V: Pick<SignatureDifference, "field" | "hint"> = {
  field: "signature.v",
  hint: "r and s are right; v names the other of the two points.",
};

/** How an order's digest comes to be, and who signed one. */
interface Hasher {
  keccak: Keccak;
  digest(domainHash: Uint8Array, structHash: Uint8Array): Uint8Array;
  structHash(order: OrderJson): Uint8Array;
  structHashAs(order: OrderJson, type: WrongType): Uint8Array;
  signer(digest: Uint8Array, signature: SignatureBytes): Address | null;
}

async function createHasher(isNativeAllowed: boolean): Promise<Hasher> {
  const hasher = await createKeccak(256);
  const recovery = await loadRecovery(isNativeAllowed);
  const keccak: Keccak = (bytes) => hasher.init().update(bytes).digest("binary");
  function struct(order: OrderJson): Buffer {
    const buffer = Buffer.alloc(ORDER_STRUCT_BYTES);
    writeOrderStruct(order, buffer, 0);
    return buffer;
  }
  return {
    keccak,
    digest: (domainHash, structHash) =>
      keccak(Buffer.concat([Uint8Array.of(0x19, 0x01), domainHash, structHash])),
    structHash: (order) => keccak(struct(order)),
    structHashAs(order, { typeHash, omitted, isNonceText }) {
      const bytes = struct(order);
      bytes.set(typeHash, 0);
      if (isNonceText) bytes.set(keccak(Buffer.from(order.nonce)), bytes.length - WORD);
      if (omitted === null) return keccak(bytes);
      const start = WORD * (omitted + 1);
      return keccak(Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + WORD)]));
    },
    signer(digest, { rs, recoveryId }) {
      const publicKey = recovery.publicKey(digest, rs, recoveryId);
      if (publicKey === null) return null;
      return `0x${Buffer.from(keccak(publicKey)).subarray(12).toString("hex")}`;
    },
  };
}

/**
 * Tries a bounded number of wrong messages (some hundred): each is what a usual slip would have had signed. One
 * that one of the signers did sign is what happened, beyond doubt.
 */
export async function createSignatureExplainer(options: {
  deployment: Deployment;
  domainHash: Hex;
  isNativeAllowed: boolean;
  budget?: TimeBudget;
}): Promise<SignatureExplainer> {
  const hasher = await createHasher(options.isNativeAllowed);
  const budget = options.budget ?? createTimeBudget(BUDGET_MS_PER_SECOND, BUDGET_MOST_MS);
  const domainHash = hexToBytes(options.domainHash);
  const domains = wrongDomains(options.deployment);
  const types = wrongTypes();

  function* wrongMessages(unexplained: UnexplainedSignature): Generator<WrongMessage> {
    const { order, signers, takerFeeBps } = unexplained;
    const structHash = hexToBytes(unexplained.structHash);
    for (const { hash, difference } of domains) {
      yield { digest: hasher.digest(hash, structHash), difference };
    }
    const makers = [...signers.slice(0, MAKERS_MAX), zeroAddress];
    for (const wrong of wrongFields(order, { makers, takerFeeBps })) {
      const { field, value: signed, hint } = wrong;
      const difference = { field: `order.${field}`, signed, needed: String(order[field]), hint };
      const digest = hasher.digest(domainHash, hasher.structHash(wrong.order));
      yield { digest, difference };
    }
    for (const type of types) {
      const digest = hasher.digest(domainHash, hasher.structHashAs(order, type));
      yield { digest, difference: type.difference };
    }
    yield* wrongForms(hexToBytes(unexplained.orderHash), structHash, hasher.keccak);
  }

  function search(unexplained: UnexplainedSignature, parts: SignatureBytes) {
    const signers = new Set<Address | null>(unexplained.signers);
    const recoveryId = parts.recoveryId === 0 ? 1 : 0;
    const flipped = { ...parts, recoveryId } as const;
    if (signers.has(hasher.signer(hexToBytes(unexplained.orderHash), flipped))) {
      return { ...FLIPPED_V, signed: String(parts.recoveryId), needed: String(recoveryId) };
    }
    for (const { digest, difference } of wrongMessages(unexplained)) {
      if (signers.has(hasher.signer(digest, parts))) return difference;
    }
    return null;
  }

  return {
    explain(unexplained) {
      const parts = signatureBytes(unexplained.signature);
      if (typeof parts === "string") return { difference: FAULTS[parts] };
      return budget.spend(() => ({ difference: search(unexplained, parts) })) ?? {};
    },
  };
}
