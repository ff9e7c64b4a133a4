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
    if (method === "eth_chainId") return `0x${CHAIN_ID.toString(16)}`;
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

  const [, plainOrder] = orders[0] ?? assert.fail();

  /** The browser wallet with other answers to some methods. */
  function walletWith(answers: Record<string, () => unknown>): EIP1193Provider {
    const request = ({ method, params }: { method: string; params?: unknown }) =>
      method in answers
        ? Promise.resolve().then(answers[method])
        : browserWallet.request({ method, params } as never);
    return { request } as unknown as EIP1193Provider;
  }

  const elsewhere = walletWith({ eth_chainId: () => "0x1" });
  const onAnotherChain: [kind: string, input: SignerInput][] = [
    ["EIP-1193 provider", elsewhere],
    [
      "viem wallet client",
      createWalletClient({ account: account.address, transport: custom(elsewhere) }),
    ],
  ];

  for (const [kind, input] of onAnotherChain) {
    it(`refuses to sign for a chain that the ${kind} is not on, and names both`, async () => {
      const signer = await toSigner(input);
      await assert.rejects(signOrder(contextOf(signer), plainOrder), (error) => {
        assert.ok(isAgonError(error, "chain_mismatch"));
        assert.deepEqual(error.details, { chainId: 1, wantedChainId: CHAIN_ID });
        return true;
      });
    });
  }

  const declined = () => {
    throw Object.assign(new Error("User rejected the request."), { code: 4001 });
  };
  const unwilling = walletWith({ eth_signTypedData_v4: declined });
  const byEthers = new Wallet(privateKey);
  byEthers.signTypedData = async () => {
    throw Object.assign(new Error("user rejected"), { code: "ACTION_REJECTED" });
  };
  const whoseUserDeclines: [kind: string, input: SignerInput][] = [
    ["EIP-1193 provider", unwilling],
    [
      "viem wallet client",
      createWalletClient({ account: account.address, transport: custom(unwilling) }),
    ],
    ["ethers signer", byEthers],
  ];

  for (const [kind, input] of whoseUserDeclines) {
    it(`tells that the user of an ${kind} declined`, async () => {
      const signer = await toSigner(input);
      await assert.rejects(signOrder(contextOf(signer), plainOrder), (error) =>
        isAgonError(error, "user_rejected"),
      );
    });
  }

  it("tells that the user declined to connect", async () => {
    await assert.rejects(toSigner(walletWith({ eth_requestAccounts: declined })), (error) =>
      isAgonError(error, "user_rejected"),
    );
  });

  it("lets a contract wallet sign in, and says who may sign its orders", async () => {
    const signMessage = async () => "0x1234" as const;
    const signer = await toSigner({ type: "smart", address: account.address, signMessage });
    assert.equal(await signer.signMessage("Sign in."), "0x1234");
    await assert.rejects(signOrder(contextOf(signer), plainOrder), (error) =>
      isAgonError(error, "contract_signer_unsupported"),
    );
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
