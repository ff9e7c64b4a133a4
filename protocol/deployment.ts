import { z } from "zod";

const address = z.templateLiteral(["0x", z.string().regex(/^[0-9a-fA-F]{40}$/)]);
const hash = z.templateLiteral(["0x", z.string().regex(/^[0-9a-fA-F]{64}$/)]);

/** Where the contracts of one exchange live, and what they were deployed with. */
export const deploymentSchema = z.strictObject({
  chainId: z.int().positive(),
  exchange: address,
  outcomeTokens: address,
  collateral: address,
  priceFeedResolver: address,
  optimisticResolver: address,
  /** The `ExchangeRoles` of the exchange: who is admin, market creator, guardian. */
  roles: address,
  /** Aggregators by symbol, for example `ETH`. */
  priceFeeds: z.record(z.string(), address),
  /** The block of the exchange's creation: where a reader of events starts. */
  deployBlock: z.int().nonnegative(),
  /** With it a reader tells a reset chain from the one that it knows. */
  deployBlockHash: hash,
  exitDelaySeconds: z.int().positive(),
  settlementGraceSeconds: z.int().positive(),
});

export type Deployment = z.infer<typeof deploymentSchema>;
