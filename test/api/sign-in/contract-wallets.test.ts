import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "mocha";
import {
  type Abi,
  type Address,
  createPublicClient,
  createWalletClient,
  encodeFunctionData,
  type Hex,
  http,
  serializeErc6492Signature,
} from "viem";
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { createSiweMessage, parseSiweMessage, type SiweMessage } from "viem/siwe";
import { contractArtifact } from "../../../scripts/contract-artifacts.ts";
import { DEV_ACCOUNTS } from "../../../scripts/start/dev-accounts.ts";
import { startTestChain } from "../../offchain-engine/chain/test-chain.ts";
import { useApiWorld } from "../support/api-world.ts";

const MOODS = { HONEST: 0, REVERTING: 1, BURNING: 2, SPINNING: 3, FLOODING: 4, CURT: 5 };

/** Passes JSON-RPC on to a chain, or stands in its place with a failure. */
async function startRelay(target: string) {
  let fail: ((method: string) => { status: number; body: object } | null) | null = null;
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const failure = fail?.(JSON.parse(body).method);
    if (failure) {
      const reply = { jsonrpc: "2.0", id: JSON.parse(body).id, ...failure.body };
      response.writeHead(failure.status, { "content-type": "application/json" });
      response.end(JSON.stringify(reply));
      return;
    }
    const headers = { "content-type": "application/json" };
    // What was asked of a chain that is stopped meanwhile is asked by nobody any more.
    const answer = await fetch(target, { method: "POST", headers, body }).catch(() => null);
    if (answer === null) return response.destroy();
    response.writeHead(answer.status, headers);
    response.end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    failWith(failure: typeof fail) {
      fail = failure;
    },
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

describe("sign-in by contract wallets", () => {
  let relay: Awaited<ReturnType<typeof startRelay>>;
  const world = useApiWorld({}, async () => {
    const chain = await startTestChain();
    relay = await startRelay(chain.rpcUrl);
    const stopChain = async () => {
      await chain.stop();
      await relay.stop();
    };
    return { environment: { RPC_URL: relay.url }, stopChain };
  });
  let abi: Abi;
  let factory: { address: Address; abi: Abi };

  const deployer = privateKeyToAccount(DEV_ACCOUNTS.admin.privateKey);
  const owner = privateKeyToAccount(generatePrivateKey());
  const wallets = () => createWalletClient({ account: deployer, transport: http(relay.url) });
  const chain = () => createPublicClient({ transport: http(relay.url), pollingInterval: 50 });

  async function send(hash: Promise<Hex>) {
    return chain().waitForTransactionReceipt({ hash: await hash });
  }

  async function deploy(name: string, args: readonly unknown[]): Promise<Address> {
    const { abi, bytecode } = await contractArtifact(name);
    const hash = wallets().deployContract({ abi, bytecode, args, chain: null });
    return (await send(hash)).contractAddress as Address;
  }

  before(async function () {
    this.timeout(120_000);
    abi = (await contractArtifact("SmartWallet")).abi;
    const factoryAbi = (await contractArtifact("SmartWalletFactory")).abi;
    factory = { address: await deploy("SmartWalletFactory", []), abi: factoryAbi };
  });
  after(() => relay.failWith(null));

  async function messageOf(wallet: Address): Promise<string> {
    const good = parseSiweMessage(await world().signInMessage(owner)) as SiweMessage;
    return createSiweMessage({ ...good, address: wallet });
  }

  async function attempt(
    wallet: Address,
    signer: PrivateKeyAccount,
    wrap: (signature: Hex) => Hex = (signature) => signature,
  ) {
    const message = await messageOf(wallet);
    const signature = wrap(await signer.signMessage({ message }));
    return world().call("POST", "/v1/auth/login", { body: { message, signature } });
  }

  function walletOf(someone: Address): Promise<Address> {
    const call = { ...factory, functionName: "walletOf", args: [someone] };
    return chain().readContract(call) as Promise<Address>;
  }

  const wrapped =
    (someone: Address, to = factory.address) =>
    (signature: Hex) =>
      serializeErc6492Signature({
        address: to,
        data: encodeFunctionData({
          abi: factory.abi,
          functionName: "createWallet",
          args: [someone],
        }),
        signature,
      });

  it("refuses a wallet that its owner did not sign for", async () => {
    const wallet = await deploy("SmartWallet", [owner.address]);
    const stranger = privateKeyToAccount(generatePrivateKey());
    const { status, body } = await attempt(wallet, stranger);
    assert.deepEqual([status, body.code], [401, "siwe_signature_invalid"]);
  });

  it("takes a deployed wallet by ERC-1271", async () => {
    const wallet = await deploy("SmartWallet", [owner.address]);
    const { status, body } = await attempt(wallet, owner);
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(body.account, wallet.toLowerCase());
  });

  async function walletOfMood(mood: keyof typeof MOODS): Promise<Address> {
    const wallet = await deploy("SmartWallet", [owner.address]);
    const call = { address: wallet, abi, functionName: "setMood", args: [MOODS[mood]] } as const;
    await send(wallets().writeContract({ ...call, chain: null }));
    return wallet;
  }

  for (const mood of ["REVERTING", "BURNING", "FLOODING", "CURT"] as const) {
    it(`calls a wallet's ${mood.toLowerCase()} a no`, async () => {
      const { status, body } = await attempt(await walletOfMood(mood), owner);
      assert.deepEqual([status, body.code], [401, "siwe_signature_invalid"]);
    });
  }

  it("takes a wallet that is not deployed yet by ERC-6492, and deploys nothing", async () => {
    const wallet = await walletOf(owner.address);
    const { status, body } = await attempt(wallet, owner, wrapped(owner.address));
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(body.account, wallet.toLowerCase());
    assert.equal(await chain().getCode({ address: wallet }), undefined);
  });

  it("refuses an undeployed wallet of another owner, factory or no factory at all", async () => {
    const stranger = privateKeyToAccount(generatePrivateKey());
    const wallet = await walletOf(owner.address);
    const attempts = [
      await attempt(wallet, stranger, wrapped(owner.address)),
      await attempt(wallet, stranger, wrapped(stranger.address)),
      await attempt(wallet, owner, wrapped(owner.address, stranger.address)),
      await attempt(wallet, owner),
    ];
    for (const { status, body } of attempts) {
      assert.deepEqual([status, body.code], [401, "siwe_signature_invalid"]);
    }
  });

  it("takes the ERC-6492 form of a wallet that was deployed since", async () => {
    const someone = privateKeyToAccount(generatePrivateKey());
    const wallet = await walletOf(someone.address);
    const call = { ...factory, functionName: "createWallet", args: [someone.address] };
    await send(wallets().writeContract({ ...call, chain: null }));
    assert.equal((await attempt(wallet, someone, wrapped(someone.address))).status, 200);
  });

  it("does not ask a wallet for who brings no nonce of ours, or one that was used", async () => {
    const wallet = await deploy("SmartWallet", [owner.address]);
    const message = await messageOf(wallet);
    const signature = await owner.signMessage({ message });
    const logIn = () => world().call("POST", "/v1/auth/login", { body: { message, signature } });
    assert.equal((await logIn()).status, 200);
    let asked = 0;
    relay.failWith(() => {
      asked += 1;
      return null;
    });
    assert.equal((await logIn()).body.code, "siwe_nonce_unknown");
    relay.failWith(null);
    assert.equal(asked, 0);
  });

  const outages: [string, number, object, string][] = [
    ["an error of the server", 503, {}, "eth_call"],
    ["an error of the server at the code", 503, {}, "eth_getCode"],
    ["a limit of the provider", 200, { error: { code: -32005, message: "limit" } }, "eth_call"],
    ["an internal error", 200, { error: { code: -32603, message: "Internal error" } }, "eth_call"],
    ["a missing state", 200, { error: { code: -32000, message: "header not found" } }, "eth_call"],
  ];
  for (const [what, status, body, failing] of outages) {
    it(`says that the chain is away, not that the signature is wrong, at ${what}`, async () => {
      const wallet = await deploy("SmartWallet", [owner.address]);
      relay.failWith((method) => (method === failing ? { status, body } : null));
      const reply = await attempt(wallet, owner);
      relay.failWith(null);
      assert.deepEqual([reply.status, reply.body.code], [503, "chain_unavailable"]);
      assert.ok(Number(reply.headers.get("retry-after")) > 0);
      assert.equal((await attempt(wallet, owner)).status, 200);
    });
  }

  it("gives up a wallet that works on and on, by its gas or by the time", async () => {
    const wallet = await walletOfMood("SPINNING");
    const startedAtMs = Date.now();
    const { body } = await attempt(wallet, owner);
    // A development chain takes seconds for gas that others use up in milliseconds.
    assert.match(body.code, /^(siwe_signature_invalid|chain_unavailable)$/);
    assert.ok(Date.now() - startedAtMs < 15_000);
  });
});
