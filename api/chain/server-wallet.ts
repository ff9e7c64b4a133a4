import {
  type Abi,
  type Address,
  BaseError,
  ContractFunctionRevertedError,
  createWalletClient,
  type Hex,
  http,
  type PublicClient,
  type TransactionReceipt,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { ApiProblem } from "../problem.ts";

/** A contract call that a server key makes. */
export interface ServerCall {
  address: Address;
  abi: Abi;
  functionName: string;
  args: readonly unknown[];
}

/** A key of the server: one transaction at a time, each waited for. */
export interface ServerWallet {
  address: Address;
  /** `onSigned` is told once a transaction is signed: from then on it may be broadcast, whatever comes. */
  call(call: ServerCall, onSigned?: () => void): Promise<TransactionReceipt>;
  send(to: Address, valueWei: bigint): Promise<TransactionReceipt>;
}

/** The call would revert, by the contract's own error name. */
export class CallReverted extends Error {
  readonly errorName: string;

  constructor(errorName: string, options?: ErrorOptions) {
    super(errorName, options);
    this.name = "CallReverted";
    this.errorName = errorName;
  }
}

const RECEIPT_TIMEOUT_MS = 30_000;
const QUEUE_MAX = 200;
/** Another process may use the same key: its nonce is read again. */
const NONCE_ATTEMPTS = 3;

function revertOf(error: unknown): CallReverted | null {
  if (!(error instanceof BaseError)) return null;
  const reverted = error.walk((cause) => cause instanceof ContractFunctionRevertedError);
  if (!(reverted instanceof ContractFunctionRevertedError)) return null;
  const name = reverted.data?.errorName ?? reverted.reason ?? "unknown";
  return new CallReverted(name, { cause: error });
}

function isNonceClash(error: unknown): boolean {
  return error instanceof Error && /nonce/i.test(error.message);
}

/** @throws CallReverted from `call`; ApiProblem `chain_unavailable`, `rate_limited` from either. */
export function createServerWallet(options: {
  privateKey: Hex;
  rpcUrl: string;
  client: PublicClient;
}): ServerWallet {
  const { client } = options;
  const account = privateKeyToAccount(options.privateKey);
  const wallet = createWalletClient({
    account,
    transport: http(options.rpcUrl, { retryCount: 0 }),
  });
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  /** Runs `work` after all that came before it. */
  async function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    if (waiting >= QUEUE_MAX) throw new ApiProblem("rate_limited", { retryAfterSeconds: 5 });
    waiting += 1;
    const turn = last.then(work, work);
    last = turn.catch(() => {});
    try {
      return await turn;
    } finally {
      waiting -= 1;
    }
  }

  async function submit(transaction: () => Promise<Hex>): Promise<TransactionReceipt> {
    for (let attempt = 1; ; attempt++) {
      try {
        const hash = await transaction();
        return await client.waitForTransactionReceipt({ hash, timeout: RECEIPT_TIMEOUT_MS });
      } catch (error) {
        const reverted = revertOf(error);
        if (reverted) throw reverted;
        if (isNonceClash(error) && attempt < NONCE_ATTEMPTS) continue;
        throw new ApiProblem("chain_unavailable", { cause: error });
      }
    }
  }

  return {
    address: account.address,
    async call(call, onSigned = () => {}) {
      const signer = {
        ...account,
        async signTransaction(...parameters: Parameters<typeof account.signTransaction>) {
          const signed = await account.signTransaction(...parameters);
          onSigned();
          return signed;
        },
      } as typeof account;
      const receipt = await inTurn(() =>
        submit(async () => {
          const { request } = await client.simulateContract({ ...call, account: signer });
          return wallet.writeContract({ ...request, chain: null });
        }),
      );
      if (receipt.status !== "success") throw new CallReverted("unknown");
      return receipt;
    },
    send: (to, value) =>
      inTurn(() => submit(() => wallet.sendTransaction({ to, value, chain: null }))),
  };
}
