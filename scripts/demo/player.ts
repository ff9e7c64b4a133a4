import type { Address } from "viem";
import type { FillStatus } from "../../protocol/engine/view.ts";
import { type AgonClient, connect, type LiveAccount, type SignerInput } from "../../sdk/index.ts";

/** One who trades: a client with a wallet, its live account, and what its fills went through. */
export interface Player {
  name: string;
  client: AgonClient;
  account: LiveAccount;
  address: Address;
  /** What signs, in words. */
  wallet: string;
  /** By fill: each status that the account stream told, in order. */
  fillStatuses: Map<number, FillStatus[]>;
}

/** Connects a wallet, signs in with Ethereum and follows the account. */
export async function arrive(
  apiUrl: string,
  name: string,
  wallet: string,
  signer: SignerInput,
): Promise<Player> {
  const client = await connect(apiUrl, { signer, chain: { pollingIntervalMs: 50 } });
  if (client.address === null) throw new Error(`${name} has no address.`);
  await client.signIn();
  const account = client.openAccount();
  const fillStatuses = new Map<number, FillStatus[]>();
  account.onChange(({ fills }) => {
    for (const { fillSeq, status } of fills.values()) {
      const statuses = fillStatuses.get(fillSeq) ?? [];
      if (statuses.at(-1) !== status) fillStatuses.set(fillSeq, [...statuses, status]);
    }
  });
  await account.ready();
  return { name, client, account, address: client.address, wallet, fillStatuses };
}
