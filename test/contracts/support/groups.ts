import { exchangeDomain, hashRelease } from "../../../protocol/order-hash.ts";
import type { Actor } from "./actor.ts";
import {
  type ExchangeFixture,
  type MarketOptions,
  SETTLEMENT_GRACE_SECONDS,
} from "./exchange-fixture.ts";

export const NO = 0;
export const YES = 1;

/** The parameters of a group of `count` members. */
export function groupParams(x: ExchangeFixture, count: number, options: MarketOptions = {}) {
  const { slug, question, rules, ...terms } = x.marketParams(options);
  const members = Array.from({ length: count }, (_, i) => ({
    slug: `${slug}-${i}`,
    question: `${question} (${i})`,
    rules: `${rules} (${i})`,
  }));
  return { ...terms, slug: "election", title: "Who wins?", members };
}

/** @returns the group's id. */
export async function createGroup(
  x: ExchangeFixture,
  count: number,
  options: MarketOptions = {},
): Promise<bigint> {
  const receipt = await x.write(x.admin, "createGroup", [groupParams(x, count, options)]);
  return x.events(receipt, "GroupCreated")[0]?.["groupId"] as bigint;
}

/** The members' indexes as the contract takes them. */
export function memberSet(...indexes: number[]): bigint {
  return indexes.reduce((set, index) => set | (1n << BigInt(index)), 0n);
}

let releaseNonce = 1n;

/** Moves escrowed shares to their owner's wallet at once, with the operator's consent. */
export async function exportNow(
  x: ExchangeFixture,
  owner: Actor,
  marketId: bigint,
  outcome: 0 | 1,
  lots: bigint,
): Promise<void> {
  const terms = {
    account: owner.address,
    marketId: Number(marketId),
    asset: outcome,
    amount: lots,
    nonce: releaseNonce++,
    deadline: 2 ** 40 - 1,
  };
  const domain = exchangeDomain(x.chain.reader.chain.id, x.exchange);
  const signature = await x.operator.sign({ hash: hashRelease(domain, terms) });
  await x.write(owner, "executeRelease", [{ ...terms, marketId }, signature]);
}

/** Gives an actor `lots` tokens of an outcome; the other outcome's shares stay in its escrow. */
export async function giveTokens(
  x: ExchangeFixture,
  owner: Actor,
  marketId: bigint,
  outcome: 0 | 1,
  lots: bigint,
): Promise<void> {
  await x.fundShares(owner, Number(marketId), Number(lots));
  await exportNow(x, owner, marketId, outcome, lots);
}

/** Lets a group close and the grace pass. */
export async function passGrace(x: ExchangeFixture, groupId: bigint): Promise<void> {
  const { closeTime } = await x.read("market", [groupId]);
  await x.chain.travelTo(closeTime + SETTLEMENT_GRACE_SECONDS + 1);
}
