import { type Address, type Hex, toHex } from "viem";
import { mnemonicToAccount } from "viem/accounts";

/** Hardhat's well-known development mnemonic: its keys are public, so they are for local chains only. */
const MNEMONIC = "test test test test test test test test test test test junk";

export interface DevAccount {
  address: Address;
  privateKey: Hex;
}

function devAccount(index: number): DevAccount {
  const account = mnemonicToAccount(MNEMONIC, { addressIndex: index });
  return {
    address: account.address,
    privateKey: toHex(account.getHdKey().privateKey as Uint8Array),
  };
}

/** Who plays which part on the local chain; the accounts from 6 on are nobody's. */
export const DEV_ACCOUNTS = {
  /** Deploys; admin, market creator and guardian; owner of the dev price feeds. */
  admin: devAccount(0),
  operator: devAccount(1),
  faucet: devAccount(2),
  marketMaker: devAccount(3),
  firstTaker: devAccount(4),
  /** For the user's own wallet. */
  free: [devAccount(6), devAccount(7), devAccount(8)],
} as const;
