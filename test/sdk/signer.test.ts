import assert from "node:assert/strict";
import { Wallet } from "ethers";
import { before, describe, it } from "mocha";
import {
  createWalletClient,
  custom,
  type EIP1193Provider,
  hexToString,
  recoverTypedDataAddress,
} from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { exchangeDomain, hashOrder, ORDER_TYPES } from "../../protocol/order-hash.ts";
import type { PlaceOrderRequest } from "../../protocol/wire/order.ts";
import { type OrderParameters, signOrder } from "../../sdk/actions/sign-order.ts";
import { isAgonError } from "../../sdk/agon-error.ts";
import type { Context } from "../../sdk/context.ts";
import { type AgonSigner, type SignerInput, toSigner } from "../../sdk/signer.ts";
import { CHAIN_ID, EXCHANGE_ADDRESS, exchangeReply } from "./fixture/exchange-reply.ts";

const privateKey = generatePrivateKey();
const account = privateKeyToAccount(privateKey);

/** A browser wallet's JSON-RPC, signing with the account as such a wallet does: from the JSON alone. */
const browserWallet = {
  async request({ method, params }: { method: string; params?: unknown }) {
    const [first, second] = (params ?? []) as [string, string];
    if (method === "eth_requestAccounts") return [account.address.toLowerCase()];
    if (method === "personal_sign")
      return account.signMessage({ message: hexToString(first as `0x${string}`) });
    if (method === "eth_signTypedData_v4") return account.signTypedData(JSON.parse(second));
    throw new Error(`unexpected ${method}`);
  },
} as unknown as EIP1193Provider;

const inputs: [kind: string, input: SignerInput][] = [
  ["viem account", account],
  ["viem wallet client", createWalletClient({ account, transport: custom(browserWallet) })],
  ["ethers signer", new Wallet(privateKey)],
  ["EIP-1193 provider", browserWallet],
];

const orders: [what: string, parameters: OrderParameters][] = [
  [
    "a plain order",
    {
      market: { marketId: 1, takerFeeBps: 20 },
      outcome: "YES",
      side: "BUY",
      price: "0.625",
      quantity: "12.5",
    },
  ],
  [
    "an order at the bounds of its fields",
    {
      market: { marketId: Number.MAX_SAFE_INTEGER, takerFeeBps: 10_000 },
      outcome: "NO",
      side: "SELL",
      price: 999,
      quantity: 4_294_967_294,
      timeInForce: "POST_ONLY_GTD",
      expiry: 2 ** 40 - 1,
    },
  ],
];

function contextOf(signer: AgonSigner): Context {
  const nonces = { next: () => (1n << 64n) - 1n, raiseFloor: () => {} };
  return { exchange: exchangeReply(), signer, nonces } as unknown as Context;
}

describe("signers", () => {
  let signers: [kind: string, signer: AgonSigner][];

  before(async () => {
    signers = await Promise.all(
      inputs.map(
        async ([kind, input]): Promise<[string, AgonSigner]> => [kind, await toSigner(input)],
      ),
    );
  });

  it("refuses what is no signer", async () => {
    await assert.rejects(toSigner({} as SignerInput), (error) =>
      isAgonError(error, "signer_unsupported"),
    );
  });

  it("refuses a browser wallet that gives no account", async () => {
    const empty = { request: async () => [] } as unknown as EIP1193Provider;
    await assert.rejects(toSigner(empty), (error) => isAgonError(error, "signer_required"));
  });

  it("have the same checksummed address, whatever the wallet", () => {
    for (const [kind, signer] of signers) assert.equal(signer.address, account.address, kind);
  });

  it("sign the same message alike", async () => {
    const expected = await account.signMessage({ message: "Agon – sign in" });
    for (const [kind, signer] of signers) {
      assert.equal(await signer.signMessage("Agon – sign in"), expected, kind);
    }
  });

  for (const [what, parameters] of orders) {
    it(`sign ${what} alike: one hash, one signature, recovered to the maker`, async () => {
      const signed = await Promise.all(
        signers.map(([, signer]) => signOrder(contextOf(signer), parameters)),
      );
      const [first, ...others] = signed;
      assert.ok(first);
      for (const other of others) assert.deepEqual(other, first);
      await assertSignedByMaker(first.request, first.hash);
    });
  }

  it("refuse an expiry that does not fit before the wallet is asked", async () => {
    const [, signer] = signers[0] ?? assert.fail();
    const [, plain] = orders[0] ?? assert.fail();
    await assert.rejects(signOrder(contextOf(signer), { ...plain, timeInForce: "GTD" }), (error) =>
      isAgonError(error, "order_expiry_required"),
    );
    await assert.rejects(signOrder(contextOf(signer), { ...plain, expiry: 5 }), (error) =>
      isAgonError(error, "order_expiry_unexpected"),
    );
  });

  it("sign an amendment under the nonce of the order that it replaces", async () => {
    const [, signer] = signers[0] ?? assert.fail();
    const [, plain] = orders[0] ?? assert.fail();
    const replaces = { hash: `0x${"ab".repeat(32)}` as const, order: { nonce: "42" } };
    const { request } = await signOrder(contextOf(signer), { ...plain, replaces });
    assert.equal(request.order.nonce, "42");
    assert.equal(request.replaces, replaces.hash);
  });
});

async function assertSignedByMaker(request: PlaceOrderRequest, hash: string): Promise<void> {
  const order = { ...request.order, nonce: BigInt(request.order.nonce) };
  const domain = exchangeDomain(CHAIN_ID, EXCHANGE_ADDRESS);
  assert.equal(hash, hashOrder(domain, order));
  const recovered = await recoverTypedDataAddress({
    domain,
    types: ORDER_TYPES,
    primaryType: "Order",
    message: { ...order, marketId: BigInt(order.marketId) },
    signature: request.signature,
  });
  assert.equal(recovered, order.maker);
  assert.equal(recovered, account.address);
}
