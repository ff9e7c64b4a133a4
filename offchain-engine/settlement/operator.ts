import { type Address, type Hex, keccak256 } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import type { Fees } from "./fees.ts";

export interface SignedTransaction {
  raw: Hex;
  hash: Hex;
}

/** The account that settles. Signing happens here, so that a transaction's hash is known before it is sent. */
export interface Operator {
  address: Address;
  sign(transaction: {
    to: Address;
    data: Hex;
    nonce: number;
    gas: number;
    fees: Fees;
  }): Promise<SignedTransaction>;
}

export function createOperator(parameters: { privateKey: Hex; chainId: number }): Operator {
  const account = privateKeyToAccount(parameters.privateKey);
  return {
    address: account.address,
    async sign({ to, data, nonce, gas, fees }) {
      const raw = await account.signTransaction({
        type: "eip1559",
        chainId: parameters.chainId,
        to,
        data,
        nonce,
        gas: BigInt(gas),
        ...fees,
      });
      return { raw, hash: keccak256(raw) };
    },
  };
}
