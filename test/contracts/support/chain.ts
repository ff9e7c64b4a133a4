import { network } from "hardhat";
import {
  type Abi,
  type Address,
  createPublicClient,
  createTestClient,
  createWalletClient,
  custom,
  type Hex,
  parseEther,
  type TransactionReceipt,
} from "viem";
import { hardhat } from "viem/chains";
import { contractArtifact } from "../../../scripts/contract-artifacts.ts";

/**
 * Plenty for any call, and below the limit of a transaction: so nothing need be estimated. Coverage probes make
 * code that is larger and dearer than a chain allows, and lift the limits.
 */
const GAS = process.env["CONTRACT_COVERAGE"] === "true" ? 200_000_000n : 16_000_000n;

/** A chain inside this process, with everyone's accounts unlocked as they are used. */
export async function openChain() {
  const connection = await network.create();
  const shared = {
    chain: hardhat,
    transport: custom(connection.provider, { retryCount: 0 }),
    cacheTime: 0,
  } as const;
  const reader = createPublicClient({ ...shared, pollingInterval: 5 });
  const control = createTestClient({ ...shared, mode: "hardhat" });
  const wallet = createWalletClient(shared);
  const unlocked = new Set<Address>();

  async function unlock(address: Address): Promise<void> {
    if (unlocked.has(address)) return;
    await control.impersonateAccount({ address });
    await control.setBalance({ address, value: parseEther("1000") });
    unlocked.add(address);
  }

  async function mined(hash: Hex): Promise<TransactionReceipt> {
    const receipt = await reader.getTransactionReceipt({ hash });
    if (receipt.status !== "success") throw new Error(`transaction ${hash} reverted`);
    return receipt;
  }

  return {
    reader,
    control,

    /** Deploys a compiled contract from `from`. */
    async deploy(name: string, from: Address, args: readonly unknown[] = []): Promise<Address> {
      const { abi, bytecode } = await contractArtifact(name);
      await unlock(from);
      const deployment = { abi, bytecode, args, account: from, gas: GAS } as const;
      const { contractAddress } = await mined(await wallet.deployContract(deployment));
      if (!contractAddress) throw new Error(`${name} has no address`);
      return contractAddress;
    },

    /** A mined transaction. @throws viem's error when it reverts. */
    async send(from: Address, to: Address, data: Hex): Promise<TransactionReceipt> {
      await unlock(from);
      return mined(await wallet.sendTransaction({ account: from, to, data, gas: GAS }));
    },

    /** A mined call of a contract's function. @throws viem's error when it reverts. */
    async write(
      from: Address,
      call: { address: Address; abi: Abi; functionName: string; args?: readonly unknown[] },
    ) {
      await unlock(from);
      return mined(await wallet.writeContract({ ...call, account: from, gas: GAS } as never));
    },

    /** Seconds of the newest block. */
    async now(): Promise<number> {
      return Number((await reader.getBlock()).timestamp);
    },

    /** Lets the chain's time reach `timestamp` with a new block. */
    async travelTo(timestamp: number): Promise<void> {
      await control.setNextBlockTimestamp({ timestamp: BigInt(timestamp) });
      await control.mine({ blocks: 1 });
    },

    snapshot: () => control.snapshot(),

    async revert(id: Hex): Promise<void> {
      await control.revert({ id });
      // The balances given since then are gone.
      unlocked.clear();
    },

    close: () => connection.close(),
  };
}

export type Chain = Awaited<ReturnType<typeof openChain>>;
