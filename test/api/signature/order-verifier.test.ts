import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { recoverAddress as ethersRecoverAddress, TypedDataEncoder } from "ethers";
import fc from "fast-check";
import { after, before, describe, it } from "mocha";
import {
  type Address,
  bytesToHex,
  compactSignatureToSignature,
  type Hex,
  hashStruct,
  parseCompactSignature,
  parseSignature,
  recoverAddress,
  serializeCompactSignature,
  signatureToCompactSignature,
} from "viem";
import {
  createOrderVerifier,
  defaultVerifierThreads,
  type OrderVerifier,
} from "../../../api/signature/order-verifier.ts";
import { createLog } from "../../../platform/log.ts";
import type { OrderJson } from "../../../protocol/engine/command.ts";
import type { Order } from "../../../protocol/order.ts";
import {
  exchangeDomain,
  hashOrder,
  ORDER_TYPES,
  orderMessage,
} from "../../../protocol/order-hash.ts";
import { randomWallet } from "./wallet.ts";

/** Random orders held against viem and ethers: SIGNATURE_CASES, 2,000 when absent. */
const CASES = Number(process.env["SIGNATURE_CASES"] ?? 2_000);
const EXCHANGE: Address = "0x5FbDB2315678afecb367f032d93F642f64180aa3";
const SECP256K1_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const domain = exchangeDomain(31337, EXCHANGE);
const log = createLog({ service: "test", level: "silent" });

const orders: fc.Arbitrary<Order> = fc.record({
  maker: fc
    .uint8Array({ minLength: 20, maxLength: 20 })
    .map((bytes) => `0x${Buffer.from(bytes).toString("hex")}` as Address),
  marketId: fc.oneof(fc.nat(1000), fc.constant(Number.MAX_SAFE_INTEGER)),
  outcome: fc.constantFrom(0, 1),
  side: fc.constantFrom(0, 1),
  price: fc.integer({ min: 0, max: 0xffff }),
  quantity: fc.integer({ min: 0, max: 0xffff_ffff }),
  timeInForce: fc.constantFrom(0, 1, 2, 3, 4, 5),
  maxFeeBps: fc.integer({ min: 0, max: 0xffff }),
  expiry: fc.oneof(fc.constant(0), fc.constant(2 ** 40 - 1), fc.nat()),
  nonce: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
}) as fc.Arbitrary<Order>;

function json(order: Order): OrderJson {
  return { ...order, nonce: order.nonce.toString() };
}

function word(value: bigint): string {
  return value.toString(16).padStart(64, "0");
}

const [sample] = fc.sample(orders, { numRuns: 1, seed: 7 }) as [Order];
const wallet = randomWallet();
const sampleHash = hashOrder(domain, sample);
const signature = wallet.sign(sampleHash);
const r = signature.slice(2, 66);
const s = signature.slice(66, 130);
const v = signature.slice(130);

/** Each refused for what `fault` says. */
const REFUSED: readonly [what: string, signature: Hex, fault: string][] = [
  ["no bytes", "0x", "length"],
  ["63 bytes", `0x${"11".repeat(63)}`, "length"],
  ["66 bytes", `${signature}00`, "length"],
  ["half a byte too many", `${signature}0`, "length"],
  ["what is not hex", `${signature.slice(0, -2)}zz` as Hex, "length"],
  ["v 2", `0x${r}${s}02`, "recovery_id"],
  ["v 26", `0x${r}${s}1a`, "recovery_id"],
  ["v 29", `0x${r}${s}1d`, "recovery_id"],
  ["v 30", `0x${r}${s}1e`, "recovery_id"],
  ["v 255", `0x${r}${s}ff`, "recovery_id"],
  ["its malleable twin", malleated(), "high_s"],
  ["s of half the order and one", `0x${r}${word(SECP256K1_ORDER / 2n + 1n)}1b`, "high_s"],
  ["s of the order", `0x${r}${word(SECP256K1_ORDER)}1b`, "high_s"],
  ["s of all ones", `0x${r}${"ff".repeat(32)}1b`, "high_s"],
  ["zeros", `0x${"00".repeat(64)}1b`, "unrecoverable"],
  ["compact zeros", `0x${"00".repeat(64)}`, "unrecoverable"],
  ["r of zero", `0x${"00".repeat(32)}${s}${v}`, "unrecoverable"],
  ["s of zero", `0x${r}${"00".repeat(32)}${v}`, "unrecoverable"],
  ["r of the order", `0x${word(SECP256K1_ORDER)}${s}${v}`, "unrecoverable"],
  ["r of all ones", `0x${"ff".repeat(32)}${s}${v}`, "unrecoverable"],
  ["an r that no point has", `0x${word(5n)}${s}1b`, "unrecoverable"],
];

function malleated(): Hex {
  return `0x${r}${word(SECP256K1_ORDER - BigInt(`0x${s}`))}${v === "1b" ? "1c" : "1b"}`;
}

function compact(signature: Hex): Hex {
  return serializeCompactSignature(signatureToCompactSignature(parseSignature(signature)));
}

interface Verdict {
  signer: Address | null;
  fault: string | null;
  orderHash: Hex;
}

async function verdictOn(verifier: OrderVerifier, order: Order, signature: Hex): Promise<Verdict> {
  const verified = await verifier.verify(json(order), signature);
  assert.ok(verified.ok);
  const { orderHash, signature: recovered } = verified;
  return recovered.ok
    ? { signer: recovered.signer, fault: null, orderHash }
    : { signer: null, fault: recovered.fault, orderHash };
}

const KINDS = [
  { name: "native, on the caller's thread", threads: 0, isNativeAllowed: true, cases: CASES / 10 },
  { name: "native, on two threads", threads: 2, isNativeAllowed: true, cases: CASES },
  { name: "JavaScript, on a thread", threads: 1, isNativeAllowed: false, cases: CASES / 20 },
];

for (const { name, threads, isNativeAllowed, cases } of KINDS) {
  describe(`order verifier (${name})`, function () {
    this.timeout(60_000 + 20 * CASES);
    let verifier: OrderVerifier;

    before(async () => {
      const options = { domain, threads, maxQueued: CASES + 1_000, isNativeAllowed, log };
      verifier = await createOrderVerifier(options);
    });

    after(() => verifier.stop());

    it("runs on the implementation and the threads that it was given", () => {
      const implementation = isNativeAllowed ? "native" : "javascript";
      assert.deepEqual(verifier.status(), { implementation, threads, queued: 0 });
    });

    for (const [what, refused, fault] of REFUSED) {
      it(`refuses ${what}`, async () => {
        const expected = { signer: null, fault, orderHash: sampleHash };
        assert.deepEqual(await verdictOn(verifier, sample, refused), expected);
      });
    }

    it("refuses, or takes as viem does, whatever bytes come in a signature's place", async () => {
      const signatures = Array.from({ length: cases / 10 }, (_, i) => {
        if (i % 4 === 0) return bytesToHex(randomBytes(64));
        const bytes = Buffer.from(signature.slice(2), "hex");
        bytes[i % 64] = (bytes[i % 64] as number) ^ (1 << (i % 8));
        return bytesToHex(bytes);
      });
      for (const altered of signatures) {
        const { signer } = await verdictOn(verifier, sample, altered);
        if (signer === null) continue;
        const parts =
          altered.length === 130
            ? compactSignatureToSignature(parseCompactSignature(altered))
            : parseSignature(altered);
        const expected = await recoverAddress({ hash: sampleHash, signature: parts });
        assert.equal(signer, expected.toLowerCase());
        assert.notEqual(signer, wallet.address);
      }
    });

    it("recovers the signer of the 65-byte, the compact and the 0/1 form alike", async () => {
      const forms: Hex[] = [signature, compact(signature), `0x${r}${s}0${v === "1b" ? 0 : 1}`];
      for (const form of forms) {
        const verified = await verifier.verify(json(sample), form);
        assert.ok(verified.ok);
        assert.deepEqual(verified.signature, { ok: true, signer: wallet.address, signature });
      }
    });

    it("hashes the shared vectors as the contract does", async () => {
      const path = new URL("../../vectors/orders.json", import.meta.url);
      const { chainId, exchange, vectors } = JSON.parse(readFileSync(path, "utf8"));
      const other = await createOrderVerifier({
        domain: exchangeDomain(chainId, exchange),
        threads,
        maxQueued: 100,
        isNativeAllowed,
        log,
      });
      for (const { order, hash } of vectors as { order: OrderJson; hash: Hex }[]) {
        assert.equal(other.hashes(order).orderHash, hash);
        const verified = await other.verify(order, compact(wallet.sign(hash)));
        assert.ok(verified.ok && verified.signature.ok);
        assert.equal(verified.orderHash, hash);
        assert.equal(verified.signature.signer, wallet.address);
      }
      await other.stop();
    });

    it(`hashes and recovers ${cases} random orders as viem and ethers do`, async () => {
      const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);
      const random = fc.sample(orders, { numRuns: cases, seed });
      const types = { Order: [...ORDER_TYPES.Order] };
      const domainHash = TypedDataEncoder.hashDomain(domain as never);
      assert.equal(verifier.domainHash, domainHash);
      await Promise.all(
        random.map(async (order, i) => {
          const where = `seed ${seed}, order ${i}`;
          const signer = randomWallet();
          const orderHash = hashOrder(domain, order);
          const signed = signer.sign(orderHash);
          const form = i % 3 === 0 ? compact(signed) : signed;
          const verified = await verifier.verify(json(order), form);
          assert.ok(verified.ok, where);
          assert.equal(verified.orderHash, orderHash, where);
          const message = orderMessage(order);
          assert.equal(verified.orderHash, TypedDataEncoder.hash(domain as never, types, message));
          const struct = hashStruct({ data: message, primaryType: "Order", types: ORDER_TYPES });
          assert.equal(verified.structHash, struct, where);
          assert.deepEqual(
            verified.signature,
            { ok: true, signer: signer.address, signature: signed },
            where,
          );
          const theirs =
            i % 2 === 0
              ? await recoverAddress({ hash: orderHash, signature: signed })
              : ethersRecoverAddress(orderHash, form);
          assert.equal(theirs.toLowerCase(), signer.address, where);
        }),
      );
    });
  });
}

describe("signature threads by default", () => {
  it("leave cores for the rest, and are none on a single core", () => {
    assert.deepEqual([1, 2, 3, 4, 8, 64].map(defaultVerifierThreads), [0, 1, 1, 2, 6, 8]);
  });
});
