import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { type AgonClient, connect, formatCollateral, type LiveAccount } from "../sdk/index.ts";

export interface Trader {
  client: AgonClient;
  /** Follows the account; its state is the exchange's. */
  account: LiveAccount;
}

const WAIT_MS = 60_000;

/**
 * Connects, signs in, and sees to it that at least `cashMicro` is free in escrow. The key is that of
 * AGON_PRIVATE_KEY; without one, a new key is made and filled at the faucet, as development chains allow.
 */
export async function enterExchange(url: string, cashMicro: bigint): Promise<Trader> {
  const given = process.env["AGON_PRIVATE_KEY"] as `0x${string}` | undefined;
  const signer = privateKeyToAccount(given ?? generatePrivateKey());
  const client = await connect(url, { signer });
  await client.signIn();
  const account = client.openAccount();
  const { balance } = await account.ready();
  const missing = cashMicro - BigInt(balance.availableMicro);
  if (missing > 0n) {
    if (given === undefined) await client.requestFaucet({ amount: missing });
    await client.depositWithPermit({ amount: missing });
    await account.waitForAvailable(cashMicro, WAIT_MS);
  }
  console.log(`${signer.address} has ${formatCollateral(cashMicro)} at ${url}`);
  return { client, account };
}
