import type { Address } from "viem";
import { exchangeAbi } from "../../protocol/abi/exchange.ts";
import { ASSET_CASH, TimeInForce } from "../../protocol/order.ts";
import {
  EIP712_NAME,
  EIP712_VERSION,
  ORDER_TYPES,
  RELEASE_TYPES,
} from "../../protocol/order-hash.ts";
import { CONDITION_KIND } from "../../protocol/price-condition.ts";
import {
  LOTS_PER_SHARE,
  MAX_PRICE_TICKS,
  MAX_QUANTITY_LOTS,
  MICRO_PER_COLLATERAL,
  MICRO_PER_TICK_LOT,
  MIN_PRICE_TICKS,
  Outcome,
  PRICE_SCALE,
  Side,
} from "../../protocol/units.ts";
import { WS_CLOSE_CODES } from "../../protocol/wire/close-codes.ts";
import type { ExchangeReply } from "../../protocol/wire/exchange.ts";
import { ORDER_BATCH_MAX, selfTradePreventionSchema } from "../../protocol/wire/order.ts";
import { STREAM_KINDS } from "../../protocol/wire/stream-catalogue.ts";
import { PRICE_FEED_ABI } from "../chain/price-feed.ts";
import {
  BATCH_BODY_BYTES_MAX,
  BODY_BYTES_MAX,
  BOOK_LEVELS_MAX,
  connectionsPerAddress,
  HEADER_BYTES_MAX,
  PAGE_ITEMS_MAX,
  REQUEST_TIMEOUT_MS,
  SERVICE_NAME,
  SERVICE_VERSION,
  WS_MESSAGE_BYTES_MAX,
} from "../config.ts";
import { SLOTS_MAX, SLOTS_PER_CLIENT } from "../downloads/download-slots.ts";
import type { Services } from "../services.ts";
import { API_KEYS_MAX } from "../sign-in/api-key-store.ts";
import { SESSIONS_MAX } from "../sign-in/session-store.ts";
import { EIP712_DOMAIN_FIELDS } from "../signature/domain-fields.ts";
import { readCollateral } from "./collateral.ts";
import { GUIDE } from "./guide.ts";
import { publicRpcUrl } from "./public-rpc-url.ts";
import { settlementEvents } from "./settlement-events.ts";
import {
  COLLATERAL_ABI,
  OPTIMISTIC_RESOLVER_ABI,
  OUTCOME_TOKENS_ABI,
  PERMIT_TYPES,
  PRICE_FEED_RESOLVER_ABI,
  ROLES_ABI,
} from "./token-abis.ts";

const COLLATERAL_DECIMALS = 6;
/** What users call and what they read logs by; the operator's and the markets' keepers' calls are not theirs. */
const NOT_FOR_USERS = new Set(["settle", "createMarket", "propose", "resolve"]);

function userAbi() {
  return exchangeAbi.filter(
    (entry) => !("name" in entry && entry.type === "function" && NOT_FOR_USERS.has(entry.name)),
  );
}

function domain(chainId: number, verifyingContract: Address) {
  return { name: EIP712_NAME, version: EIP712_VERSION, chainId, verifyingContract };
}

function typesInFull(): ExchangeReply["eip712"]["types"] {
  return {
    EIP712Domain: EIP712_DOMAIN_FIELDS,
    Order: [...ORDER_TYPES.Order],
    Release: [...RELEASE_TYPES.Release],
  };
}

async function contracts({ deployment, chain }: Services): Promise<ExchangeReply["contracts"]> {
  const { chainId, collateral } = deployment;
  const token = await readCollateral(chain, collateral);
  return {
    exchange: { address: deployment.exchange, abi: userAbi() },
    collateral: {
      address: collateral,
      abi: COLLATERAL_ABI,
      decimals: COLLATERAL_DECIMALS,
      permitDomain: { ...token, chainId, verifyingContract: collateral },
      permitTypes: PERMIT_TYPES,
    },
    outcomeTokens: {
      address: deployment.outcomeTokens,
      abi: OUTCOME_TOKENS_ABI,
      tokenId: "marketId × 2 + outcome (1 YES, 0 NO); balances are in lots, 2 decimals.",
    },
    priceFeedResolver: {
      address: deployment.priceFeedResolver,
      abi: PRICE_FEED_RESOLVER_ABI,
      conditionKinds: CONDITION_KIND,
    },
    optimisticResolver: { address: deployment.optimisticResolver, abi: OPTIMISTIC_RESOLVER_ABI },
    roles: { address: deployment.roles, abi: ROLES_ABI },
    priceFeeds: deployment.priceFeeds,
    priceFeedAbi: [...PRICE_FEED_ABI],
  };
}

function units(): ExchangeReply["units"] {
  return {
    priceTicksPerCollateral: PRICE_SCALE,
    minPriceTicks: MIN_PRICE_TICKS,
    maxPriceTicks: MAX_PRICE_TICKS,
    lotsPerShare: LOTS_PER_SHARE,
    maxQuantityLots: MAX_QUANTITY_LOTS,
    microPerCollateral: Number(MICRO_PER_COLLATERAL),
    microPerTickLot: MICRO_PER_TICK_LOT,
  };
}

function limits({ config, faucet, limits: rates }: Services): ExchangeReply["limits"] {
  return {
    bodyBytes: BODY_BYTES_MAX,
    batchBodyBytes: BATCH_BODY_BYTES_MAX,
    ordersPerBatch: ORDER_BATCH_MAX,
    pageItems: PAGE_ITEMS_MAX,
    rates: [...rates.policies],
    costs: [...rates.costs],
    headerBytes: HEADER_BYTES_MAX,
    requestSeconds: REQUEST_TIMEOUT_MS / 1000,
    connections: config.HTTP_MAX_CONNECTIONS,
    connectionsPerAddress: connectionsPerAddress(config),
    bookLevels: BOOK_LEVELS_MAX,
    wsSubscriptionsPerConnection: config.WS_MAX_SUBSCRIPTIONS,
    wsConnectionsPerAddress: config.WS_MAX_CONNECTIONS_PER_ADDRESS,
    wsMessageBytes: WS_MESSAGE_BYTES_MAX,
    wsSubscriptionsPerAddress: config.WS_MAX_SUBSCRIPTIONS_PER_ADDRESS,
    wsPointsPerSecond: config.WS_POINTS_PER_SECOND,
    wsPointsPerSecondPerAddress: config.WS_POINTS_PER_SECOND_PER_ADDRESS,
    wsReplayFrames: config.WS_REPLAY_FRAMES,
    idempotencyKeys: config.IDEMPOTENCY_KEYS_MAX,
    downloads: SLOTS_MAX,
    downloadsPerClient: SLOTS_PER_CLIENT,
    sessionsPerAccount: SESSIONS_MAX,
    apiKeysPerAccount: API_KEYS_MAX,
    faucetPerHour: faucet ? config.FAUCET_PER_HOUR : null,
    faucetMicro: faucet ? String(config.FAUCET_MAX_MICRO) : null,
  };
}

function streams({ config, publicUrl }: Services): ExchangeReply["streams"] {
  return {
    url: `${publicUrl.replace(/^http/, "ws")}/ws`,
    heartbeatMs: config.WS_HEARTBEAT_MS,
    names: Object.fromEntries(
      Object.values(STREAM_KINDS).map(({ name, description }) => [name, description]),
    ),
    checksum:
      "CRC-32 (IEEE) of `price:quantity` of the ten best bids, then of the ten best asks, best first, joined by `,`.",
    frames: {
      client: "/openapi.json#/components/schemas/WsClientFrame",
      server: "/openapi.json#/components/schemas/WsServerFrame",
      docs: "/docs#websocket",
    },
    closeCodes: { ...WS_CLOSE_CODES },
  };
}

/** The document at `GET /v1/exchange`. */
export async function describeExchange(services: Services): Promise<ExchangeReply> {
  const { deployment, config, siweTerms, publicUrl } = services;
  const { chainId, exchange } = deployment;
  return {
    name: SERVICE_NAME,
    version: SERVICE_VERSION,
    serverTimeMs: Date.now(),
    chainId,
    rpcUrl: publicRpcUrl(config, chainId),
    deployBlock: deployment.deployBlock,
    deployBlockHash: deployment.deployBlockHash,
    settlement: await services.engine.settlementMode(),
    trading: services.mirror.ready ? services.mirror.exchange : null,
    exitDelaySeconds: deployment.exitDelaySeconds,
    settlementGraceSeconds: deployment.settlementGraceSeconds,
    eip712: {
      domain: domain(chainId, exchange),
      domainHash: services.verifier.domainHash,
      types: typesInFull(),
    },
    siwe: {
      domain: siweTerms.domains[0] as string,
      uri: publicUrl,
      version: "1",
      chainId,
      statement: siweTerms.statement,
      nonceLifetimeSeconds: config.SIWE_NONCE_LIFETIME_S,
      sessionLifetimeSeconds: config.SESSION_LIFETIME_S,
    },
    contracts: await contracts(services),
    settlementEvents: settlementEvents(),
    units: units(),
    enums: {
      outcome: Outcome,
      side: Side,
      timeInForce: TimeInForce,
      selfTradePrevention: selfTradePreventionSchema.options,
      assets: { no: 0, yes: 1, cash: ASSET_CASH },
    },
    fees: {
      makerBps: 0,
      takerBps:
        "`takerFeeBps` of the market, on quantity × min(price, 1000 − price) × 10 micro, rounded down; never above the order's signed maxFeeBps.",
    },
    limits: limits(services),
    streams: streams(services),
    guide: GUIDE,
  };
}
