import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import {
  type Address,
  type Hex,
  hashStruct,
  parseSignature,
  serializeCompactSignature,
  serializeSignature,
  signatureToCompactSignature,
} from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { createOrderVerifier } from "../../../api/signature/order-verifier.ts";
import type { Order } from "../../../protocol/order.ts";
import {
  exchangeDomain,
  hashOrder,
  ORDER_TYPES,
  orderMessage,
} from "../../../protocol/order-hash.ts";

const EXCHANGE: Address = "0x5FbDB2315678afecb367f032d93F642f64180aa3";
const domain = exchangeDomain(31337, EXCHANGE);
const SECP256K1_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

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

function json(order: Order) {
  return { ...order, nonce: order.nonce.toString() };
}

const [sample] = fc.sample(orders, { numRuns: 1, seed: 7 }) as [Order];
const account = privateKeyToAccount(generatePrivateKey());

async function signed(): Promise<{ hash: Hex; signature: Hex }> {
  const hash = hashOrder(domain, sample);
  return { hash, signature: await account.sign({ hash }) };
}

describe("order verifier", () => {
  it("refuses an s in the upper half of the order", async () => {
    const verifier = await createOrderVerifier(domain);
    const { hash, signature } = await signed();
    const { r, s, yParity } = parseSignature(signature);
    const high = `0x${(SECP256K1_ORDER - BigInt(s)).toString(16).padStart(64, "0")}` as Hex;
    const flipped = serializeSignature({ r, s: high, yParity: yParity === 1 ? 0 : 1 });
    assert.deepEqual(verifier.recover(hash, flipped), { ok: false, fault: "high_s" });
  });

  it("refuses a recovery id, a length and values that no signature has", async () => {
    const verifier = await createOrderVerifier(domain);
    const { hash, signature } = await signed();
    const fault = (hex: Hex) => {
      const verdict = verifier.recover(hash, hex);
      return verdict.ok ? "none" : verdict.fault;
    };
    assert.equal(fault(`${signature.slice(0, -2)}1d` as Hex), "recovery_id");
    assert.equal(fault(`${signature}00` as Hex), "length");
    assert.equal(fault(`0x${"00".repeat(64)}1b`), "unrecoverable");
    assert.equal(fault(`0x${"ff".repeat(32)}${"11".repeat(32)}1b`), "unrecoverable");
  });

  it("hashes as viem does", async () => {
    const verifier = await createOrderVerifier(domain);
    fc.assert(
      fc.property(orders, (order) => {
        const { orderHash, structHash } = verifier.hashes(json(order));
        assert.equal(orderHash, hashOrder(domain, order));
        const data = orderMessage(order);
        assert.equal(structHash, hashStruct({ data, primaryType: "Order", types: ORDER_TYPES }));
      }),
      { numRuns: 300 },
    );
  });

  it("recovers the signer of the 65-byte, the compact and the 0/1 form alike", async () => {
    const verifier = await createOrderVerifier(domain);
    const { hash, signature } = await signed();
    const compact = serializeCompactSignature(
      signatureToCompactSignature(parseSignature(signature)),
    );
    const { r, s, yParity } = parseSignature(signature);
    const zeroOne = `${r}${s.slice(2)}0${yParity}` as Hex;
    for (const form of [signature, compact, zeroOne]) {
      assert.deepEqual(verifier.recover(hash, form), {
        ok: true,
        signer: account.address.toLowerCase(),
        signature,
      });
    }
  });

  it("runs on the native implementation where the package ships one", async () => {
    const verifier = await createOrderVerifier(domain);
    assert.equal(verifier.implementation, "native");
  });
});
