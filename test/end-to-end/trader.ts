import { Wallet } from "ethers";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { parseCollateral } from "../../protocol/units.ts";
import type { Market } from "../../protocol/wire/market.ts";
import { DEV_ACCOUNTS } from "../../scripts/start/dev-accounts.ts";
import type { RunningExchange } from "../../scripts/start/exchange.ts";
import { type AgonClient, connect, type LiveAccount, type SignerInput } from "../../sdk/index.ts";

export const DEADLINE_MS = 30_000;
export const DEPOSIT_MICRO = parseCollateral("200");

export interface Trader {
  client: AgonClient;
  account: LiveAccount;
}

/** A stranger with a fresh key and an open account, nothing in escrow. */
export async function newcomer(
  { apiUrl }: RunningExchange,
  signer: SignerInput = privateKeyToAccount(generatePrivateKey()),
): Promise<Trader> {
  const client = await connect(apiUrl, { signer, chain: { pollingIntervalMs: 50 } });
  await client.signIn();
  const account = client.openAccount();
  await account.ready();
  return { client, account };
}

/** As `newcomer`, with 200 in escrow. */
export async function funded(exchange: RunningExchange, signer?: SignerInput): Promise<Trader> {
  const trader = await newcomer(exchange, signer);
  await trader.client.requestFaucet();
  await trader.client.depositWithPermit({ amount: DEPOSIT_MICRO });
  await trader.account.waitForAvailable(DEPOSIT_MICRO, DEADLINE_MS);
  return trader;
}

/** A key as an ethers signer without a node of its own. */
export function ethersSigner(): SignerInput {
  return new Wallet(generatePrivateKey());
}

/** A market that stays open, without a fee; resolved by hand. */
export async function openMarket(exchange: RunningExchange): Promise<Market> {
  const signer = privateKeyToAccount(DEV_ACCOUNTS.admin.privateKey);
  const admin = await connect(exchange.apiUrl, { signer });
  await admin.signIn();
  const now = Math.floor(Date.now() / 1000);
  const { market } = await admin.createMarket({
    slug: `sdk-${generatePrivateKey().slice(2, 14)}`,
    question: "Does the SDK drive the exchange?",
    rules: "YES if it does.",
    closeTime: now + 86_400,
    resolveDeadline: now + 2 * 86_400,
    resolution: { kind: "manual" },
  });
  return market;
}
