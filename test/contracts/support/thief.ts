import assert from "node:assert/strict";
import { type AbiFunction, type AbiParameter, type Address, type Hex, maxUint40 } from "viem";
import { exchangeAbi } from "../../../protocol/abi/exchange.ts";
import type { Actor } from "./actor.ts";
import { assertConserved } from "./conservation.ts";
import type { ExchangeFixture } from "./exchange-fixture.ts";

/** What a thief puts into every argument of one kind, in one round of calls. */
export interface Guess {
  address: Address;
  amount: bigint;
  bytes: Hex;
}

/** Every function of the exchange that can change anything. */
export const exchangeWrites: readonly AbiFunction[] = exchangeAbi.filter(
  (entry) => entry.type === "function" && entry.stateMutability === "nonpayable",
) as AbiFunction[];

/** Arguments for a function, by their types: names that mean one thing only get what fits them. */
export function guessArguments(inputs: readonly AbiParameter[], guess: Guess): unknown[] {
  return inputs.map((input) => guessArgument(input, guess));
}

function guessArgument(input: AbiParameter, guess: Guess): unknown {
  if (input.type.endsWith("[]")) {
    return [guessArgument({ ...input, type: input.type.slice(0, -2) }, guess)];
  }
  if ("components" in input) {
    const fields = input.components.map((field) => [field.name, guessArgument(field, guess)]);
    return Object.fromEntries(fields);
  }
  if (input.type === "address") return guess.address;
  if (input.type === "bool") return true;
  if (input.type === "string") return "x";
  if (input.type === "bytes32") return `0x${"11".repeat(32)}`;
  if (input.type.startsWith("bytes")) return guess.bytes;
  return guessNumber(input, guess);
}

function guessNumber({ name = "", type }: AbiParameter, guess: Guess): bigint | number {
  const bits = Number(type.slice(4) || 256);
  let value = guess.amount;
  if (/market|group/i.test(name)) value = 1n;
  else if (/time|deadline/i.test(name)) value = maxUint40;
  else if (/outcome|step/i.test(name)) value = 1n;
  else if (/asset/i.test(name)) value = 2n;
  const fitting = BigInt.asUintN(bits, value);
  return bits <= 48 ? Number(fitting) : fitting;
}

/** All that someone owns, in escrow and outside of it. */
export async function wealthOf(x: ExchangeFixture, owner: Actor): Promise<Record<string, bigint>> {
  const wealth: Record<string, bigint> = {
    cash: (await x.cash(owner)) + (await x.walletOf(owner)),
  };
  const markets = Number(await x.read("marketCount"));
  for (let marketId = 1; marketId <= markets; marketId++) {
    const shares = await x.read("sharesOf", [owner.address, BigInt(marketId)]);
    for (const outcome of [0, 1] as const) {
      const tokens = await x.tokensOf(owner, marketId, outcome);
      wealth[`${marketId}:${outcome}`] = (shares[outcome === 1 ? 0 : 1] ?? 0n) + tokens;
    }
  }
  return wealth;
}

/**
 * Lets a thief call every function of the exchange with every guess, each from the same state, and asserts
 * that no victim owns less afterwards and the thief not more.
 * @returns The names of the functions that did not revert in some call.
 */
export async function tryEverything(
  x: ExchangeFixture,
  thief: Actor,
  victims: readonly Actor[],
): Promise<Set<string>> {
  const passed = new Set<string>();
  const owners = [thief, ...victims];
  for (const owner of owners) x.holders.add(owner.address);
  const before = await Promise.all(owners.map((owner) => wealthOf(x, owner)));
  const addresses = owners.map(({ address }) => address);
  for (const entry of exchangeWrites) {
    for (const address of addresses) {
      for (const amount of [1n, 1000n, 2n ** 53n - 1n]) {
        const args = guessArguments(entry.inputs, { address, amount, bytes: "0x" });
        const call = { address: x.exchange, abi: [entry], functionName: entry.name, args };
        const start = await x.chain.snapshot();
        const done = await x.chain.write(thief.address, call).then(
          () => true,
          () => false,
        );
        if (done) {
          passed.add(entry.name);
          await assertConserved(x);
          const after = await Promise.all(owners.map((owner) => wealthOf(x, owner)));
          assert.deepEqual(after, before, `${entry.name} moves something`);
        }
        await x.chain.revert(start);
      }
    }
  }
  return passed;
}
