import {
  type Account,
  type Address,
  type EIP1193Provider,
  getAddress,
  type Hex,
  type LocalAccount,
  type PublicClient,
  serializeTypedData,
  type Transport,
  type TypedDataDomain,
  toHex,
  type Chain as ViemChain,
  type WalletClient,
} from "viem";
import { AgonError } from "./agon-error.ts";

/** Typed data as every wallet takes it; 64-bit values as bigint. */
export interface TypedMessage {
  domain: TypedDataDomain;
  types: Record<string, readonly { name: string; type: string }[]>;
  primaryType: string;
  message: Record<string, unknown>;
}

export interface CallTransaction {
  to: Address;
  data: Hex;
}

/** One account that signs, whatever wallet holds its key. */
export interface AgonSigner {
  readonly address: Address;
  /** EIP-712. */
  signTypedData(message: TypedMessage): Promise<Hex>;
  /** EIP-191, of text. */
  signMessage(message: string): Promise<Hex>;
  /** Sends a call and gives its transaction hash; `reader` serves signers without a node of their own. */
  sendTransaction(transaction: CallTransaction, reader: PublicClient): Promise<Hex>;
}

/** The part of an ethers v6 Signer that is used here; nothing is imported from ethers. */
export interface EthersSignerLike {
  readonly provider: unknown;
  getAddress(): Promise<string>;
  signMessage(message: string): Promise<string>;
  signTypedData(
    domain: EthersDomain,
    types: Record<string, { name: string; type: string }[]>,
    // biome-ignore lint/suspicious/noExplicitAny: as ethers declares it
    value: Record<string, any>,
  ): Promise<string>;
  signTransaction(transaction: EthersTransaction): Promise<string>;
  sendTransaction(transaction: EthersTransaction): Promise<{ hash: string }>;
}

interface EthersProviderLike {
  getNetwork(): Promise<{ chainId: bigint }>;
}

interface EthersDomain {
  name?: string;
  version?: string;
  chainId?: bigint | number;
  verifyingContract?: string;
  salt?: string;
}

interface EthersTransaction {
  to: string;
  data: string;
  chainId?: number;
  nonce?: number;
  gasLimit?: bigint;
  maxFeePerGas?: bigint;
  maxPriorityFeePerGas?: bigint;
  type?: number;
}

/** The part of a viem smart account that is used here: it signs in, by ERC-1271 or ERC-6492. */
export interface SmartAccountLike {
  readonly type: "smart";
  readonly address: Address;
  signMessage(parameters: { message: string }): Promise<Hex>;
}

/** What `connect` takes as a signer. */
export type SignerInput =
  | AgonSigner
  | LocalAccount
  | SmartAccountLike
  | WalletClient<Transport, ViemChain | undefined, Account>
  | EthersSignerLike
  | Pick<EIP1193Provider, "request">;

/**
 * A signer out of what holds the key. Its failures have codes: `user_rejected` when the wallet's user
 * declined, `chain_mismatch` when the wallet is on another chain than what is signed.
 * @throws AgonError `signer_unsupported` when the input is none of the known kinds
 */
export async function toSigner(input: SignerInput): Promise<AgonSigner> {
  const signer = await signerOf(input);
  return {
    address: signer.address,
    signTypedData: (message) => asked(() => signer.signTypedData(message)),
    signMessage: (message) => asked(() => signer.signMessage(message)),
    sendTransaction: (transaction, reader) =>
      asked(() => signer.sendTransaction(transaction, reader)),
  };
}

function signerOf(input: SignerInput): AgonSigner | Promise<AgonSigner> {
  if ("type" in input && input.type === "local") return localSigner(input as LocalAccount);
  if ("type" in input && input.type === "smart") return smartSigner(input as SmartAccountLike);
  if ("transport" in input && "account" in input) return walletClientSigner(input);
  if ("getAddress" in input) return ethersSigner(input);
  if ("address" in input && "sendTransaction" in input) return input as AgonSigner;
  if ("request" in input) return providerSigner(input as EIP1193Provider);
  throw new AgonError("signer_unsupported");
}

/** viem's types want the message typed by its own types; at this seam they are data. */
function viemTypedData(message: TypedMessage) {
  return message as Parameters<LocalAccount["signTypedData"]>[0];
}

async function prepared(transaction: CallTransaction, from: Address, reader: PublicClient) {
  const [chainId, nonce, gas, fees] = await Promise.all([
    reader.getChainId(),
    reader.getTransactionCount({ address: from, blockTag: "pending" }),
    reader.estimateGas({ account: from, ...transaction }),
    reader.estimateFeesPerGas(),
  ]);
  // State may move between estimate and inclusion: a shared slot gets written first by another.
  return {
    ...transaction,
    chainId,
    nonce,
    gas: (gas * 12n) / 10n,
    ...fees,
    type: "eip1559",
  } as const;
}

/** EIP-1193's code of a refusal by the user, at whatever depth a library wrapped it, and ethers' name of it. */
function isRejection(error: unknown, depth = 0): boolean {
  if (typeof error !== "object" || error === null || depth > 5) return false;
  const { code, cause, info } = error as { code?: unknown; cause?: unknown; info?: unknown };
  if (code === 4001 || code === "ACTION_REJECTED") return true;
  const inner = (info as { error?: unknown } | undefined)?.error;
  return isRejection(cause, depth + 1) || isRejection(inner, depth + 1);
}

async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (!isRejection(cause)) throw cause;
    throw new AgonError("user_rejected", { cause });
  }
}

/** @throws AgonError `chain_mismatch` unless the wallet is where the signature or call belongs */
function requireChainId(chainId: number, wantedChainId: number): void {
  if (chainId === wantedChainId) return;
  throw new AgonError("chain_mismatch", {
    detail: `The wallet is on chain ${chainId}, the exchange on ${wantedChainId}.`,
    details: { chainId, wantedChainId },
  });
}

/** Domains without a chain id are good on every chain. */
function wantedChainId(message: TypedMessage, chainId: number): number {
  return message.domain.chainId === undefined ? chainId : Number(message.domain.chainId);
}

function smartSigner(account: SmartAccountLike): AgonSigner {
  const refuse = async () => {
    throw new AgonError("contract_signer_unsupported");
  };
  return {
    address: account.address,
    signMessage: (message) => account.signMessage({ message }),
    signTypedData: refuse,
    sendTransaction: refuse,
  };
}

function localSigner(account: LocalAccount): AgonSigner {
  return {
    address: account.address,
    signTypedData: (message) => account.signTypedData(viemTypedData(message)),
    signMessage: (message) => account.signMessage({ message }),
    async sendTransaction(transaction, reader) {
      const request = await prepared(transaction, account.address, reader);
      const serializedTransaction = await account.signTransaction(request);
      return reader.sendRawTransaction({ serializedTransaction });
    },
  };
}

function walletClientSigner(
  client: WalletClient<Transport, ViemChain | undefined, Account>,
): AgonSigner {
  const { account } = client;
  return {
    address: account.address,
    async signTypedData(message) {
      // A local account signs for any chain; a wallet behind JSON-RPC only for its own.
      if (account.type === "json-rpc") {
        const chainId = await client.getChainId();
        requireChainId(chainId, wantedChainId(message, chainId));
      }
      return client.signTypedData({ account, ...viemTypedData(message) });
    },
    signMessage: (message) => client.signMessage({ account, message }),
    async sendTransaction(transaction, reader) {
      requireChainId(await client.getChainId(), await reader.getChainId());
      return client.sendTransaction({ account, chain: null, ...transaction });
    },
  };
}

/** ethers wants the domain's type left out, and mutable arrays. */
function ethersTypes(message: TypedMessage) {
  const types = Object.entries(message.types).filter(([name]) => name !== "EIP712Domain");
  return Object.fromEntries(types.map(([name, fields]) => [name, [...fields]]));
}

async function ethersSigner(signer: EthersSignerLike): Promise<AgonSigner> {
  const address = getAddress(await signer.getAddress());
  return {
    address,
    signTypedData: async (message) =>
      (await signer.signTypedData(
        message.domain as EthersDomain,
        ethersTypes(message),
        message.message,
      )) as Hex,
    signMessage: async (message) => (await signer.signMessage(message)) as Hex,
    async sendTransaction(transaction, reader) {
      const provider = signer.provider as EthersProviderLike | null;
      if (provider) {
        const { chainId } = await provider.getNetwork();
        requireChainId(Number(chainId), await reader.getChainId());
        // ethers caches a transaction count for 250 ms, so of two quick calls the second would
        // reuse the first one's nonce: the count is asked for here.
        const nonce = await reader.getTransactionCount({ address, blockTag: "pending" });
        return (await signer.sendTransaction({ ...transaction, nonce })).hash as Hex;
      }
      const { gas, type: _type, ...request } = await prepared(transaction, address, reader);
      const serialized = await signer.signTransaction({ ...request, gasLimit: gas, type: 2 });
      return reader.sendRawTransaction({ serializedTransaction: serialized as Hex });
    },
  };
}

/** A browser wallet. Asks for its accounts, and takes the first. */
async function providerSigner(provider: Pick<EIP1193Provider, "request">): Promise<AgonSigner> {
  const [account] = await asked(() => provider.request({ method: "eth_requestAccounts" }));
  if (!account) throw new AgonError("signer_required", { detail: "The wallet gave no account." });
  const address = getAddress(account);
  const ownChainId = async () => Number(await provider.request({ method: "eth_chainId" }));
  return {
    address,
    async signTypedData(message) {
      const chainId = await ownChainId();
      requireChainId(chainId, wantedChainId(message, chainId));
      const params: [Address, string] = [address, rpcTypedData(message)];
      return provider.request({ method: "eth_signTypedData_v4", params });
    },
    signMessage: (message) =>
      provider.request({ method: "personal_sign", params: [toHex(message), address] }),
    async sendTransaction(transaction, reader) {
      requireChainId(await ownChainId(), await reader.getChainId());
      return provider.request({
        method: "eth_sendTransaction",
        params: [{ from: address, ...transaction }],
      });
    },
  };
}

const DOMAIN_FIELDS: [name: keyof TypedDataDomain, type: string][] = [
  ["name", "string"],
  ["version", "string"],
  ["chainId", "uint256"],
  ["verifyingContract", "address"],
  ["salt", "bytes32"],
];

/** Wallets behind JSON-RPC want JSON, with the domain's own type spelled out. */
function rpcTypedData(message: TypedMessage): string {
  const fields = DOMAIN_FIELDS.filter(([name]) => message.domain[name] !== undefined);
  const domainType = fields.map(([name, type]) => ({ name, type }));
  const types = { EIP712Domain: domainType, ...message.types };
  return serializeTypedData({ ...message, types } as Parameters<typeof serializeTypedData>[0]);
}
