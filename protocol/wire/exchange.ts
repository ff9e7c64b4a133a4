import { z } from "zod";
import type { ExchangeView } from "../engine/view.ts";
import { tradingPhaseSchema } from "./market.ts";
import { addressSchema, countSchema, hashSchema, microSchema, timeMsSchema } from "./scalar.ts";

const typeFieldsSchema = z.array(z.object({ name: z.string(), type: z.string() }));

/** An entry of a contract's ABI in its usual JSON. */
const abiSchema = z.array(z.looseObject({ type: z.string() }));

const contractSchema = z.object({ address: addressSchema, abi: abiSchema });

/** What the exchange takes now. */
export const exchangeViewSchema = z
  .object({
    phase: tradingPhaseSchema.meta({
      description: "All orders, only post-only ones, or none; cancels always work.",
    }),
    phaseEndsAtMs: timeMsSchema.nullable().meta({
      description: "When the phase ends by itself, by the engine's clock; null when it does not.",
    }),
    tradingPaused: z.boolean().meta({ description: "Paused on chain: no orders are taken." }),
  })
  .meta({ id: "ExchangeView" }) satisfies z.ZodType<ExchangeView>;

/**
 * `GET /v1/exchange`: all that a client needs to sign in, deposit, trade and withdraw, without a
 * library of ours.
 */
export const exchangeReplySchema = z
  .object({
    name: z.string(),
    version: z.string(),
    serverTimeMs: timeMsSchema,
    chainId: countSchema,
    rpcUrl: z.string().nullable().meta({ description: "A JSON-RPC endpoint to try, if any." }),
    deployBlock: countSchema,
    deployBlockHash: hashSchema,
    settlement: z.enum(["live", "simulated"]).nullable(),
    trading: exchangeViewSchema.nullable().meta({
      description: "What is taken now; null while the engine does not answer.",
    }),
    exitDelaySeconds: countSchema,
    settlementGraceSeconds: countSchema,
    /** EIP-712: the domain, and the types in full. */
    eip712: z.object({
      domain: z.object({
        name: z.string(),
        version: z.string(),
        chainId: countSchema,
        verifyingContract: addressSchema,
      }),
      domainHash: hashSchema,
      types: z.object({
        EIP712Domain: typeFieldsSchema,
        Order: typeFieldsSchema,
        Release: typeFieldsSchema,
      }),
    }),
    /** EIP-4361: what a sign-in message must say. */
    siwe: z.object({
      domain: z.string(),
      uri: z.string(),
      version: z.literal("1"),
      chainId: countSchema,
      statement: z.string(),
      nonceLifetimeSeconds: countSchema,
      sessionLifetimeSeconds: countSchema,
    }),
    contracts: z.object({
      exchange: contractSchema,
      collateral: contractSchema.extend({
        decimals: countSchema,
        /** The domain of the token's EIP-2612 permit. */
        permitDomain: z.object({
          name: z.string(),
          version: z.string(),
          chainId: countSchema,
          verifyingContract: addressSchema,
        }),
        permitTypes: z.object({ Permit: typeFieldsSchema }),
      }),
      outcomeTokens: contractSchema.extend({
        tokenId: z.string().meta({ description: "The ERC-1155 id of a market's outcome." }),
      }),
      priceFeedResolver: contractSchema.extend({
        conditionKinds: z.record(z.string(), z.int()),
      }),
      optimisticResolver: contractSchema,
      roles: contractSchema,
      priceFeeds: z.record(z.string(), addressSchema),
      priceFeedAbi: abiSchema,
    }),
    /** How to read the exchange's settlement events. */
    settlementEvents: z.object({
      fillData: z.object({
        what: z.string(),
        /** `(data >> shift) & (2^bits − 1)`. */
        fields: z.array(z.object({ name: z.string(), shift: countSchema, bits: countSchema })),
        leg: z.string(),
      }),
      skipReasons: z.object({
        what: z.string(),
        makerFlag: countSchema,
        reasons: z.array(
          z.object({
            reason: countSchema,
            name: z.string(),
            fault: z.enum(["order", "meeting"]),
          }),
        ),
      }),
    }),
    units: z.object({
      priceTicksPerCollateral: countSchema,
      minPriceTicks: countSchema,
      maxPriceTicks: countSchema,
      lotsPerShare: countSchema,
      maxQuantityLots: countSchema,
      microPerCollateral: countSchema,
      microPerTickLot: countSchema,
    }),
    enums: z.object({
      outcome: z.record(z.string(), z.int()),
      side: z.record(z.string(), z.int()),
      timeInForce: z.record(z.string(), z.int()),
      selfTradePrevention: z.array(z.string()),
      assets: z.record(z.string(), z.int()),
    }),
    fees: z.object({
      makerBps: countSchema,
      takerBps: z
        .string()
        .meta({ description: "Where the taker's fee is found and how it counts." }),
    }),
    limits: z.object({
      bodyBytes: countSchema,
      batchBodyBytes: countSchema,
      ordersPerBatch: countSchema,
      pageItems: countSchema,
      /** What `RateLimit-Policy` names: `quota` a window, counted `per` what is named. */
      rates: z.array(
        z.object({
          name: z.string(),
          per: z.enum(["address", "account", "key", "account or address"]),
          quota: countSchema,
          windowSeconds: countSchema,
          counts: z.string(),
        }),
      ),
      /** Operations that count as more than 1 of a quota. */
      costs: z.array(
        z.object({ operationId: z.string(), cost: countSchema, more: z.string().nullable() }),
      ),
      headerBytes: countSchema,
      requestSeconds: countSchema.meta({ description: "In which a request must have arrived." }),
      connections: countSchema,
      connectionsPerAddress: countSchema
        .nullable()
        .meta({ description: "Null where a proxy in front counts them." }),
      bookLevels: countSchema.meta({ description: "Of each side, at most." }),
      wsSubscriptionsPerConnection: countSchema,
      wsConnectionsPerAddress: countSchema,
      wsMessageBytes: countSchema,
      wsSubscriptionsPerAddress: countSchema,
      wsPointsPerSecond: countSchema.meta({
        description:
          "Of a connection's messages; ten seconds' worth may be saved up. A message costs 1 and 1 more for each KiB; `subscribe`, `resume` and `auth` 4 more.",
      }),
      wsPointsPerSecondPerAddress: countSchema,
      wsReplayFrames: countSchema,
      idempotencyKeys: countSchema.meta({
        description:
          "Idempotency-Keys in 24 hours of an account's sessions, and of each API key; an address without them has a tenth.",
      }),
      downloads: countSchema.meta({
        description:
          "Under way at once, of all accounts; half as many of all who are not signed in.",
      }),
      downloadsPerClient: countSchema,
      sessionsPerAccount: countSchema.meta({ description: "One more ends the oldest." }),
      apiKeysPerAccount: countSchema,
      faucetPerHour: countSchema
        .nullable()
        .meta({ description: "Gifts to one address; null without a faucet." }),
      faucetMicro: microSchema.nullable(),
    }),
    streams: z.object({
      url: z.string(),
      heartbeatMs: countSchema,
      names: z.record(z.string(), z.string()),
      checksum: z.string(),
      /** Where the frames are described: JSON pointers into /openapi.json, and a page. */
      frames: z.object({ client: z.string(), server: z.string(), docs: z.string() }),
      closeCodes: z.record(z.string(), z.string()),
    }),
    /** The way in and out, step by step. */
    guide: z.array(z.object({ step: z.string(), how: z.string() })),
  })
  .meta({ id: "Exchange" });

export type ExchangeReply = z.infer<typeof exchangeReplySchema>;
