import type { Address, Hex } from "viem";
import type { Deployment } from "../../../protocol/deployment.ts";
import type { BlockCommand, PlaceCommand } from "../../../protocol/engine/command.ts";

const HEX = (value: number, digits: number): Hex => `0x${value.toString(16).padStart(digits, "0")}`;

export const DEPLOYMENT: Deployment = {
  chainId: 31_337,
  exchange: HEX(0xe1, 40),
  outcomeTokens: HEX(0xe2, 40),
  collateral: HEX(0xe3, 40),
  priceFeedResolver: HEX(0xe4, 40),
  optimisticResolver: HEX(0xe5, 40),
  roles: HEX(0xe6, 40),
  priceFeeds: {},
  deployBlock: 1,
  deployBlockHash: HEX(0xb1, 64),
  exitDelaySeconds: 3_600,
  settlementGraceSeconds: 60,
};

export function accountOf(index: number): Address {
  return HEX(0xa000 + index, 40);
}

/** A market that stays open for a day, and a million collateral for each of `accounts` accounts. */
export function openingBlock(accounts: number, nowMs: number): BlockCommand {
  const timestamp = Math.floor(nowMs / 1_000);
  return {
    kind: "block",
    number: 2,
    hash: HEX(2, 64),
    timestamp,
    events: [
      {
        type: "market_created",
        marketId: 1,
        groupId: null,
        slug: "rain",
        question: "Does it rain?",
        rules: "A NUL \u0000 in a text must not stop the engine.",
        category: "weather",
        resolver: accountOf(999),
        closeTime: timestamp + 86_400,
        resolveDeadline: timestamp + 172_800,
        takerFeeBps: 0,
        priceStep: 1,
      },
      ...Array.from({ length: accounts }, (_, index) => ({
        type: "deposited" as const,
        account: accountOf(index),
        amountMicro: "1000000000000",
      })),
    ],
  };
}

/** An order as it comes from the door, where its signature was verified. `id` gives hash and nonce. */
export function placing(
  id: number,
  order: { maker: number; outcome: 0 | 1; price: number; quantity: number },
): PlaceCommand {
  const maker = accountOf(order.maker);
  return {
    kind: "place",
    hash: HEX(id, 64),
    order: {
      maker,
      marketId: 1,
      outcome: order.outcome,
      side: 0,
      price: order.price,
      quantity: order.quantity,
      timeInForce: 0,
      maxFeeBps: 100,
      expiry: 0,
      nonce: String(id),
    },
    signature: HEX(id, 130),
    signer: maker,
    selfTradePrevention: "cancel_resting",
  };
}
