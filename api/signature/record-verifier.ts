import { createKeccak } from "hash-wasm";
import { loadRecovery, type RecoveryImplementation } from "./recovery.ts";
import { Answer, NO_SIGNATURE, Request } from "./verification-record.ts";

export interface RecordVerifierOptions {
  /** The 32 bytes of the EIP-712 domain's hash. */
  domainHash: Uint8Array;
  isNativeAllowed: boolean;
}

/** Hashes orders and recovers their signers, on whatever thread it was made. */
export interface RecordVerifier {
  implementation: RecoveryImplementation;
  /** Requests back to back, in; as many answers, out. */
  verify(requests: Uint8Array): Uint8Array<ArrayBuffer>;
}

/** WebAssembly keccak over one reused envelope, and the fastest recovery that loads. */
export async function createRecordVerifier({
  domainHash,
  isNativeAllowed,
}: RecordVerifierOptions): Promise<RecordVerifier> {
  const hasher = await createKeccak(256);
  const recovery = await loadRecovery(isNativeAllowed);
  const keccak = (bytes: Uint8Array) => hasher.init().update(bytes).digest("binary");
  const envelope = Buffer.alloc(66);
  envelope.set([0x19, 0x01], 0);
  envelope.set(domainHash, 2);

  function verifyOne(request: Uint8Array, answer: Uint8Array): void {
    const structHash = keccak(request.subarray(Request.STRUCT, Request.RS));
    envelope.set(structHash, 34);
    const digest = keccak(envelope);
    answer.set(digest, Answer.DIGEST);
    answer.set(structHash, Answer.STRUCT_HASH);
    const recoveryId = request[Request.RECOVERY_ID] as number;
    if (recoveryId === NO_SIGNATURE) return;
    const rs = request.subarray(Request.RS, Request.RECOVERY_ID);
    const publicKey = recovery.publicKey(digest, rs, recoveryId);
    if (publicKey === null) return;
    answer.set(keccak(publicKey).subarray(12), Answer.SIGNER);
    answer[Answer.HAS_SIGNER] = 1;
  }

  return {
    implementation: recovery.implementation,
    verify(requests) {
      const count = requests.length / Request.BYTES;
      const answers = new Uint8Array(count * Answer.BYTES);
      for (let i = 0; i < count; i++) {
        verifyOne(
          requests.subarray(i * Request.BYTES, (i + 1) * Request.BYTES),
          answers.subarray(i * Answer.BYTES, (i + 1) * Answer.BYTES),
        );
      }
      return answers;
    },
  };
}
