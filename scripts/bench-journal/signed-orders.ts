import type { Hex } from "viem";
import type { OrderVerifier } from "../../api/signature/order-verifier.ts";
import type { OrderJson } from "../../protocol/engine/command.ts";
import { randomWallet, type Wallet } from "../../test/api/signature/wallet.ts";

export const MARKETS = 20;
export const ACCOUNTS = 500;

/** An order as a client sends it, its hash beside it for the runs that verify nothing. */
export interface SignedOrder {
  order: OrderJson;
  signature: Hex;
  hash: Hex;
}

/** Numerical Recipes' linear congruential generator: the same orders in each run but for the keys. */
function createRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Accounts that trade. */
export function createWallets(): Wallet[] {
  return Array.from({ length: ACCOUNTS }, randomWallet);
}

/**
 * `count` orders of all accounts in all markets: buys of YES and NO within three cents of the middle, one
 * in five of them immediate, so that about half of the orders meet another.
 */
export function signOrders(
  count: number,
  wallets: readonly Wallet[],
  { hashes }: Pick<OrderVerifier, "hashes">,
): SignedOrder[] {
  const random = createRandom(20_261_121);
  return Array.from({ length: count }, (_, i) => {
    const wallet = wallets[random(wallets.length)] as Wallet;
    const order: OrderJson = {
      maker: wallet.address,
      marketId: 1 + random(MARKETS),
      outcome: random(2) as 0 | 1,
      side: 0,
      price: 470 + random(60),
      quantity: 1 + random(100),
      timeInForce: random(5) === 0 ? 3 : 0,
      maxFeeBps: 100,
      expiry: 0,
      nonce: String(i + 1),
    };
    const { orderHash } = hashes(order);
    return { order, signature: wallet.sign(orderHash), hash: orderHash };
  });
}
