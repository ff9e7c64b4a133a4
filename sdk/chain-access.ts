import {
  type Abi,
  type Address,
  BaseError,
  type ContractFunctionArgs,
  type ContractFunctionName,
  ContractFunctionRevertedError,
  createPublicClient,
  type EncodeFunctionDataParameters,
  encodeFunctionData,
  type Hex,
  http,
  type PublicClient,
  type TransactionReceipt,
} from "viem";
import { AgonError } from "./agon-error.ts";
import type { AgonSigner } from "./signer.ts";

/** A transaction that was mined and did not revert. */
export interface MinedTransaction {
  transactionHash: Hex;
  blockNumber: bigint;
  receipt: TransactionReceipt;
}

type WriteName<abi extends Abi> = ContractFunctionName<abi, "nonpayable" | "payable">;

export interface ContractWrite<abi extends Abi, name extends WriteName<abi>> {
  address: Address;
  abi: abi;
  functionName: name;
  args: ContractFunctionArgs<abi, "nonpayable" | "payable", name>;
}

/** The chain as the SDK uses it: reads, and calls sent one after the other by the user's signer. */
export interface ChainAccess {
  readonly reader: PublicClient;
  /** Simulates, sends and waits for the receipt. @throws AgonError `transaction_reverted` */
  write<const abi extends Abi, name extends WriteName<abi>>(
    signer: AgonSigner,
    call: ContractWrite<abi, name>,
  ): Promise<MinedTransaction>;
}

export interface ChainOptions {
  rpcUrl: string;
  receiptTimeoutMs: number;
  pollingIntervalMs: number;
}

export function createChainAccess(options: ChainOptions): ChainAccess {
  const { pollingIntervalMs: pollingInterval, receiptTimeoutMs: timeout } = options;
  const reader = createPublicClient({ transport: http(options.rpcUrl), pollingInterval });
  let last: Promise<unknown> = Promise.resolve();

  /** Calls queue up: two at once would take the same account nonce. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work, work);
    last = turn.catch(() => {});
    return turn;
  }

  return {
    reader,
    write: (signer, call) =>
      inTurn(async () => {
        await simulate(reader, signer.address, call);
        const { address: to, abi, functionName, args } = call;
        const data = encodeFunctionData({
          abi,
          functionName,
          args,
        } as EncodeFunctionDataParameters);
        const hash = await signer.sendTransaction({ to, data }, reader);
        const receipt = await reader.waitForTransactionReceipt({ hash, timeout });
        if (receipt.status !== "success") {
          const details = { transactionHash: hash, function: functionName };
          throw new AgonError("transaction_reverted", { details });
        }
        return { transactionHash: hash, blockNumber: receipt.blockNumber, receipt };
      }),
  };
}

/** A call that would revert is refused before it costs gas, with the contract's own error name. */
async function simulate(
  reader: PublicClient,
  account: Address,
  call: { address: Address; abi: Abi; functionName: string; args: unknown },
): Promise<void> {
  try {
    await reader.simulateContract({ account, ...call } as Parameters<
      PublicClient["simulateContract"]
    >[0]);
  } catch (cause) {
    const reverted =
      cause instanceof BaseError
        ? cause.walk((error) => error instanceof ContractFunctionRevertedError)
        : null;
    if (!(reverted instanceof ContractFunctionRevertedError)) throw cause;
    const error = reverted.data?.errorName ?? reverted.reason ?? reverted.signature ?? "unknown";
    throw new AgonError("transaction_reverted", {
      detail: `${call.functionName}: ${error}.`,
      details: { error, args: reverted.data?.args ?? [], function: call.functionName },
      cause,
    });
  }
}
