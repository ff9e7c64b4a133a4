import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import {
  type Address,
  concat,
  domainSeparator,
  type Hex,
  hashStruct,
  hashTypedData,
  keccak256,
  parseSignature,
  serializeSignature,
  zeroAddress,
} from "viem";
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import {
  createSignatureExplainer,
  type SignatureExplainer,
} from "../../../api/signature/explanation/signature-explainer.ts";
import { createTimeBudget } from "../../../api/signature/explanation/time-budget.ts";
import type { Order } from "../../../protocol/order.ts";
import { exchangeDomain, ORDER_TYPES, orderMessage } from "../../../protocol/order-hash.ts";
import { DEPLOYMENT } from "../support/api-world.ts";

const DOMAIN = exchangeDomain(DEPLOYMENT.chainId, DEPLOYMENT.exchange);
const SECP256K1_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const WIDE_TYPES = ORDER_TYPES.Order.map(({ name, type }) => ({
  name,
  type: type.startsWith("uint") ? "uint256" : type,
}));

interface SignedAs {
  domain?: object;
  fields?: Partial<Order>;
  types?: readonly { name: string; type: string }[];
  message?: object;
}

describe("the explanation of a wrong signature", () => {
  const account = privateKeyToAccount(generatePrivateKey());
  const delegate = privateKeyToAccount(generatePrivateKey());
  const maker = account.address.toLowerCase() as Address;
  let explainer: SignatureExplainer;

  const ORDER: Order = {
    maker,
    marketId: 7,
    outcome: 1,
    side: 0,
    price: 420,
    quantity: 300,
    timeInForce: 1,
    maxFeeBps: 50,
    expiry: 1_800_000_000,
    nonce: 2n ** 60n + 12_345n,
  };

  before(async () => {
    explainer = await createSignatureExplainer({
      deployment: DEPLOYMENT,
      domainHash: domainSeparator({ domain: DOMAIN }),
      isNativeAllowed: true,
      budget: createTimeBudget(1e9, 1e9),
    });
  });

  const typed = (order: Order) =>
    ({ types: ORDER_TYPES, primaryType: "Order", message: orderMessage(order) }) as const;
  const digestOf = (order: Order): Hex => hashTypedData({ domain: DOMAIN, ...typed(order) });
  const structOf = (order: Order): Hex =>
    hashStruct({ data: orderMessage(order), ...typed(order) });

  function explain(signature: Hex, order: Order = ORDER, signers: Address[] = [order.maker]) {
    return explainer.explain({
      order: { ...order, nonce: order.nonce.toString() },
      signature,
      orderHash: digestOf(order),
      structHash: structOf(order),
      signers,
      takerFeeBps: 20,
    });
  }

  function signAs(
    { domain = {}, fields = {}, types, message = {} }: SignedAs,
    by: PrivateKeyAccount = account,
  ) {
    return by.signTypedData({
      domain: { ...DOMAIN, ...domain },
      types: { Order: types ?? ORDER_TYPES.Order },
      primaryType: "Order",
      message: { ...orderMessage({ ...ORDER, ...fields }), ...message } as never,
    });
  }

  const fields: [Partial<Order>, string][] = [
    [{ maker: zeroAddress }, "order.maker"],
    [{ marketId: 6 }, "order.marketId"],
    [{ outcome: 0 }, "order.outcome"],
    [{ side: 1 }, "order.side"],
    [{ outcome: 0, side: 1 }, "order.outcome"],
    [{ price: 580 }, "order.price"],
    [{ price: 42 }, "order.price"],
    [{ price: 421 }, "order.price"],
    [{ quantity: 3 }, "order.quantity"],
    [{ quantity: 3_000_000 }, "order.quantity"],
    [{ timeInForce: 0 }, "order.timeInForce"],
    [{ maxFeeBps: 0 }, "order.maxFeeBps"],
    [{ maxFeeBps: 20 }, "order.maxFeeBps"],
    [{ expiry: 0 }, "order.expiry"],
    [{ nonce: 2n ** 60n + 12_346n }, "order.nonce"],
    [{ nonce: BigInt(Number(ORDER.nonce)) }, "order.nonce"],
  ];
  for (const [wrong, field] of fields) {
    const [[name, value] = []] = Object.entries(wrong);
    it(`finds ${field} where ${Object.keys(wrong).join(" and ")} was signed as ${value}`, async () => {
      const { difference } = explain(await signAs({ fields: wrong }));
      assert.equal(difference?.field, field);
      assert.equal(difference.signed, String(value));
      assert.equal(difference.needed, String(ORDER[name as keyof Order]));
      assert.ok(difference.hint.length > 0);
    });
  }

  it("finds milliseconds in place of seconds, on either side", async () => {
    const inSeconds = await signAs({ fields: { expiry: 1_000_000 } });
    const sent = explain(inSeconds, { ...ORDER, expiry: 1_000_000_000 });
    assert.equal(sent.difference?.field, "order.expiry");
    const inMs = await signAs({ fields: { expiry: 1_000_000_000 } });
    const signed = explain(inMs, { ...ORDER, expiry: 1_000_000 });
    assert.match(signed.difference?.hint ?? "", /milliseconds/);
  });

  it("finds the maker where a delegate signed for itself", async () => {
    const own = delegate.address.toLowerCase() as Address;
    const signature = await signAs({ fields: { maker: own } }, delegate);
    const { difference } = explain(signature, ORDER, [maker, own]);
    assert.deepEqual([difference?.field, difference?.signed], ["order.maker", own]);
  });

  const domains: [object, string, string][] = [
    [{ name: "agon" }, "domain.name", "agon"],
    [{ version: "2" }, "domain.version", "2"],
    [{ chainId: 1 }, "domain.chainId", "1"],
    [{ chainId: 1337 }, "domain.chainId", "1337"],
    [
      { verifyingContract: DEPLOYMENT.collateral },
      "domain.verifyingContract",
      DEPLOYMENT.collateral,
    ],
    [{ name: undefined }, "domain.name", "(no such field)"],
    [{ version: undefined }, "domain.version", "(no such field)"],
    [{ chainId: undefined }, "domain.chainId", "(no such field)"],
    [{ verifyingContract: undefined }, "domain.verifyingContract", "(no such field)"],
  ];
  for (const [domain, field, signed] of domains) {
    it(`finds ${field} where it was ${signed}`, async () => {
      const { difference } = explain(await signAs({ domain }));
      assert.deepEqual([difference?.field, difference?.signed], [field, signed]);
    });
  }

  it("finds a type with all integers wide, with one wide, with a nonce as text, and without a field", async () => {
    const retyped = (name: string, type: string) =>
      ORDER_TYPES.Order.map((field) => (field.name === name ? { name, type } : field));
    const [wide, one, text, without] = await Promise.all([
      signAs({ types: WIDE_TYPES }),
      signAs({ types: retyped("expiry", "uint256") }),
      signAs({ types: retyped("nonce", "string"), message: { nonce: ORDER.nonce.toString() } }),
      signAs({ types: ORDER_TYPES.Order.filter(({ name }) => name !== "maxFeeBps") }),
    ]);
    const found = [wide, one, text, without].map((signature) => explain(signature).difference);
    assert.deepEqual(
      found.map((difference) => [difference?.field, difference?.signed]),
      [
        ["type", "every integer as uint256"],
        ["type.expiry", "uint256"],
        ["type.nonce", "string"],
        ["type.maxFeeBps", "(no such field)"],
      ],
    );
  });

  it("finds a hash that was signed as a message, as text, alone, or hashed again", async () => {
    const [digest, struct] = [digestOf(ORDER), structOf(ORDER)];
    const forms: [Promise<Hex>, string][] = [
      [account.signMessage({ message: { raw: digest } }), "personal_sign of the order hash"],
      [account.signMessage({ message: digest }), "personal_sign of the order hash as text"],
      [
        account.signMessage({ message: digest.slice(2) }),
        "personal_sign of the order hash as text",
      ],
      [account.signMessage({ message: { raw: struct } }), "personal_sign of the struct hash"],
      [account.sign({ hash: struct }), "the struct hash alone"],
      [account.sign({ hash: keccak256(digest) }), "the hash of the order hash"],
    ];
    for (const [signing, signed] of forms) {
      const { difference } = explain(await signing);
      assert.deepEqual([difference?.field, difference?.signed], ["form", signed]);
    }
  });

  it("finds a v that names the other point, one of no signature, and an s of the upper half", async () => {
    const signature = parseSignature(await signAs({}));
    const flipped = serializeSignature({ ...signature, yParity: 1 - signature.yParity });
    assert.equal(explain(flipped).difference?.field, "signature.v");
    const eip155 = concat([signature.r, signature.s, "0x25"]);
    assert.equal(explain(eip155).difference?.field, "signature.v");
    const s: Hex = `0x${(SECP256K1_ORDER - BigInt(signature.s)).toString(16).padStart(64, "0")}`;
    const high = concat([signature.r, s, signature.yParity === 0 ? "0x1c" : "0x1b"]);
    assert.equal(explain(high).difference?.field, "signature.s");
  });

  it("says that it found nothing for another key, and nothing at all once its time is used up", async () => {
    const signature = await signAs({}, delegate);
    assert.deepEqual(explain(signature), { difference: null });
    let now = 0;
    const budget = createTimeBudget(100, 100, () => now);
    const spend = (ms: number) =>
      budget.spend(() => {
        now += ms;
        return "done";
      });
    assert.deepEqual([spend(60), spend(60), spend(1)], ["done", "done", null]);
    now += 300;
    assert.equal(spend(1), "done");
  });
});
