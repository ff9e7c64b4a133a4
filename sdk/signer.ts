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

/** What `connect` takes as a signer. */
export type SignerInput =
  | AgonSigner
  | LocalAccount
  | WalletClient<Transport, ViemChain | undefined, Account>
  | EthersSignerLike
  | Pick<EIP1193Provider, "request">;

/** @throws AgonError `signer_unsupported` when the input is none of the known kinds */
export async function toSigner(input: SignerInput): Promise<AgonSigner> {
  if ("type" in input && input.type === "local") return localSigner(input as LocalAccount);
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
    signTypedData: (message) => client.signTypedData({ account, ...viemTypedData(message) }),
    signMessage: (message) => client.signMessage({ account, message }),
    sendTransaction: (transaction) =>
      client.sendTransaction({ account, chain: null, ...transaction }),
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
      if (signer.provider) {
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
  const [account] = await provider.request({ method: "eth_requestAccounts" });
  if (!account) throw new AgonError("signer_required", { detail: "The wallet gave no account." });
  const address = getAddress(account);
  return {
    address,
    signTypedData: (message) =>
      provider.request({
        method: "eth_signTypedData_v4",
        params: [address, rpcTypedData(message)],
      }),
    signMessage: (message) =>
      provider.request({ method: "personal_sign", params: [toHex(message), address] }),
    async sendTransaction(transaction, reader) {
      const wanted = await reader.getChainId();
      const chainId = Number(await provider.request({ method: "eth_chainId" }));
      if (chainId !== wanted) {
        throw new AgonError("chain_mismatch", { details: { chainId, wantedChainId: wanted } });
      }
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
