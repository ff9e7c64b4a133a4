import { availableParallelism } from "node:os";
import { type Address, domainSeparator, type Hex, hexToBytes, type TypedDataDomain } from "viem";
import type { Log } from "../../platform/log.ts";
import type { OrderJson } from "../../protocol/engine/command.ts";
import type { Result } from "../../protocol/errors.ts";
import { writeOrderStruct } from "./order-struct.ts";
import { createRecordVerifier, type RecordVerifier } from "./record-verifier.ts";
import type { RecoveryImplementation } from "./recovery.ts";
import {
  canonicalSignature,
  type SignatureBytes,
  type SignatureFault,
  signatureBytes,
} from "./signature-bytes.ts";
import { Answer, NO_SIGNATURE, Request } from "./verification-record.ts";
import { type PoolAnswer, VerifierPool } from "./verifier-pool.ts";
import { startVerifierThread } from "./verifier-thread.ts";

export type VerifiedSignature =
  | { ok: true /** Lower case. */; signer: Address; signature: Hex }
  | { ok: false; fault: SignatureFault | "unrecoverable" };

export interface OrderHashes {
  orderHash: Hex;
  structHash: Hex;
}

export interface VerifiedOrder extends OrderHashes {
  signature: VerifiedSignature;
}

/** How the verifier works now. */
export interface VerifierStatus {
  /** The slowest at work. */
  implementation: RecoveryImplementation;
  /** Worker threads; 0 when orders are verified on the caller's. */
  threads: number;
  /** Orders that wait for a thread. */
  queued: number;
}

export interface OrderVerifier {
  domainHash: Hex;
  /** The EIP-712 hashes of an order, at once and on the caller's thread. */
  hashes(order: OrderJson): OrderHashes;
  /**
   * Hashes an order and recovers its signer. That the signer may sign for the maker is for the engine to
   * decide. Fails with `engine_busy` when too many orders wait, `engine_unavailable` when stopped, and
   * `internal` when the order ended two threads.
   */
  verify(order: OrderJson, signature: Hex): Promise<Result<VerifiedOrder>>;
  status(): VerifierStatus;
  stop(): Promise<void>;
}

export interface OrderVerifierOptions {
  domain: TypedDataDomain;
  /** 0: none, orders are verified on the caller's thread. */
  threads: number;
  /** Orders that may wait for a thread. */
  maxQueued: number;
  /** False: the JavaScript implementation even where the native one would load. */
  isNativeAllowed: boolean;
  log: Log;
  startThread?: typeof startVerifierThread;
}

/** A core for each of the engine, the api and the database before any for signatures; one at least. */
export function defaultVerifierThreads(cores = availableParallelism()): number {
  if (cores === 1) return 0;
  return Math.min(8, Math.max(1, cores - 2));
}

/** An order's hash and its signer, at the speed that a matching engine needs. */
export async function createOrderVerifier(options: OrderVerifierOptions): Promise<OrderVerifier> {
  const { threads, maxQueued, isNativeAllowed, log } = options;
  const startThread = options.startThread ?? startVerifierThread;
  const domainHash = domainSeparator({ domain: options.domain });
  const records = { domainHash: hexToBytes(domainHash), isNativeAllowed };
  // Also with threads: should all of them break, orders are still verified.
  const inline = await createRecordVerifier(records);
  const pool =
    threads === 0
      ? null
      : new VerifierPool({
          threads,
          maxQueued,
          start: (handlers) => startThread(records, handlers),
          onCrash: (error, isReplaced) =>
            log.error({ err: error, isReplaced }, "a signature thread ended"),
        });
  await pool?.settled;
  const status = () => ({
    implementation: pool?.implementation ?? inline.implementation,
    threads: pool?.threads ?? 0,
    queued: pool?.queued ?? 0,
  });
  announce(status(), log);

  return {
    domainHash,
    hashes: (order) => readHashes(verifyInline(inline, order, NOTHING_TO_RECOVER)),
    async verify(order, signature) {
      const parts = signatureBytes(signature);
      const reply: PoolAnswer =
        pool === null || pool.isBroken
          ? { ok: true, answer: verifyInline(inline, order, parts) }
          : await pool.submit((buffer, start) => writeRequest(order, parts, buffer, start));
      if (!reply.ok) return reply;
      const { answer } = reply;
      return { ok: true, ...readHashes(answer), signature: readSignature(answer, parts) };
    },
    status,
    stop: async () => pool?.close(),
  };
}

type Parts = SignatureBytes | SignatureFault;

/** Any fault will do: only the hashes are asked for. */
const NOTHING_TO_RECOVER: Parts = "length";

function announce({ implementation, threads }: VerifierStatus, log: Log): void {
  if (implementation === "native") log.info({ threads }, "signature recovery is native");
  else log.warn({ threads }, "signature recovery fell back to JavaScript: about 30 times slower");
}

function verifyInline(verifier: RecordVerifier, order: OrderJson, parts: Parts): Uint8Array {
  const request = Buffer.alloc(Request.BYTES);
  writeRequest(order, parts, request, 0);
  return verifier.verify(request);
}

function writeRequest(order: OrderJson, parts: Parts, buffer: Buffer, start: number): void {
  writeOrderStruct(order, buffer, start + Request.STRUCT);
  const isWhole = typeof parts !== "string";
  if (isWhole) buffer.set(parts.rs, start + Request.RS);
  buffer[start + Request.RECOVERY_ID] = isWhole ? parts.recoveryId : NO_SIGNATURE;
}

function hex(bytes: Uint8Array, start: number, end: number): Hex {
  const { buffer, byteOffset } = bytes;
  return `0x${Buffer.from(buffer, byteOffset + start, end - start).toString("hex")}`;
}

function readHashes(answer: Uint8Array): OrderHashes {
  const { DIGEST, STRUCT_HASH, SIGNER } = Answer;
  return {
    orderHash: hex(answer, DIGEST, STRUCT_HASH),
    structHash: hex(answer, STRUCT_HASH, SIGNER),
  };
}

function readSignature(answer: Uint8Array, parts: Parts): VerifiedSignature {
  if (typeof parts === "string") return { ok: false, fault: parts };
  if (answer[Answer.HAS_SIGNER] !== 1) return { ok: false, fault: "unrecoverable" };
  const signer = hex(answer, Answer.SIGNER, Answer.HAS_SIGNER);
  return { ok: true, signer, signature: canonicalSignature(parts) };
}
