import type { Hex } from "viem";
import type { Release } from "../../../protocol/order.ts";
import { exchangeDomain, hashRelease } from "../../../protocol/order-hash.ts";
import type { Actor } from "./actor.ts";
import type { ExchangeFixture } from "./exchange-fixture.ts";

/** A release of 100 units of cash to `account`, good for a day from the fixture's start, unless told otherwise. */
export async function signRelease(
  x: ExchangeFixture,
  account: Actor,
  overrides: Partial<Release> = {},
  signer: Actor = x.operator,
) {
  const terms: Release = {
    account: account.address,
    marketId: 0,
    asset: 2,
    amount: 100n,
    nonce: 0x5eed_1210n,
    deadline: x.startTime + 86_400,
    ...overrides,
  };
  const domain = exchangeDomain(x.chain.reader.chain.id, x.exchange);
  const signature: Hex = await signer.sign({ hash: hashRelease(domain, terms) });
  return [{ ...terms, marketId: BigInt(terms.marketId) }, signature] as const;
}
