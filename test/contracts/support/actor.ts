import { type Hex, keccak256, type PrivateKeyAccount, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";

/** Someone with a key: signs orders with it, and sends transactions by impersonation. */
export type Actor = PrivateKeyAccount;

/** The same actor for the same name, in every run. */
export function actor(name: string): Actor {
  return privateKeyToAccount(keyOf(name));
}

export function keyOf(name: string): Hex {
  return keccak256(toHex(`agon test actor ${name}`));
}
