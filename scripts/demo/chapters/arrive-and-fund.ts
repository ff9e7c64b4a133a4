import { Wallet } from "ethers";
import { erc20Abi, type Hex } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { parseCollateral } from "../../../protocol/units.ts";
import { type AgonClient, connect } from "../../../sdk/index.ts";
import { despiteOutage } from "../despite-outage.ts";
import type { ExpectedLedger } from "../expected-ledger.ts";
import { arrive, type Player } from "../player.ts";
import { type Stage, seenByAll } from "../stage.ts";
import { cash } from "../transcript.ts";

const DEPOSIT_MICRO = parseCollateral("500");
const SETTLED_IN_MS = 60_000;

/** Two strangers with keys that nobody has seen before sign in. */
export async function welcomeStrangers(stage: Stage): Promise<{ alice: Player; bob: Player }> {
  const { transcript, apiUrl } = stage;
  transcript.chapter("Two strangers arrive and sign in with Ethereum");
  const aliceKey = privateKeyToAccount(generatePrivateKey());
  const bobKey = new Wallet(Wallet.createRandom().privateKey);
  const alice = await despiteOutage(() => arrive(apiUrl, "Alice", "a viem account", aliceKey));
  const bob = await despiteOutage(() => arrive(apiUrl, "Bob", "an ethers signer", bobKey));
  for (const { name, address, wallet } of [alice, bob]) {
    transcript.line(name, `${address} signs with ${wallet}`);
  }
  return { alice, bob };
}

/** The dev chain's admin, who may create markets. */
export async function welcomeAdmin(stage: Stage, adminKey: Hex): Promise<AgonClient> {
  const signer = privateKeyToAccount(adminKey);
  const admin = await connect(stage.apiUrl, { signer });
  const session = await despiteOutage(() => admin.signIn());
  if (!session.isAdmin) throw new Error(`${signer.address} is no admin of this exchange.`);
  stage.transcript.line("Admin", `${signer.address} signs with the first Hardhat key`);
  return admin;
}

/** Faucet, then escrow in one transaction each, by EIP-2612 permit. */
export async function fund(stage: Stage, player: Player, ledger: ExpectedLedger): Promise<void> {
  const { transcript } = stage;
  const { name, client, account, address } = player;
  const faucet = await despiteOutage(() => client.requestFaucet());
  transcript.line(
    name,
    `gets ${cash(faucet.collateralMicro)} from the faucet`,
    faucet.transactionHashes.at(-1),
  );
  const walletMicro = await stage.chain.readContract({
    address: stage.deployment.collateral,
    abi: erc20Abi,
    functionName: "balanceOf",
    args: [address],
  });
  ledger.open(name, walletMicro);
  const { transactionHash, blockNumber } = await client.depositWithPermit({
    amount: DEPOSIT_MICRO,
  });
  ledger.deposit(name, DEPOSIT_MICRO);
  transcript.line(name, `deposits ${cash(DEPOSIT_MICRO)} with a permit`, transactionHash);
  await account.waitForAvailable(DEPOSIT_MICRO, SETTLED_IN_MS);
  await seenByAll(stage, blockNumber);
}
