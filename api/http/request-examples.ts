import type { OpenApiDocument } from "./openapi.ts";

const MAKER = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";
const HASH = `0x${"5f".repeat(32)}`;
const CLOSE_TIME = 1_798_761_600;
const DAY_SECONDS = 86_400;

const ORDER = {
  maker: MAKER,
  marketId: 1,
  outcome: 1,
  side: 0,
  price: 625,
  quantity: 1_000,
  timeInForce: 0,
  maxFeeBps: 100,
  expiry: 0,
  nonce: "7205759403792793601",
};
/** 65 bytes that only look like a signature: whoever sends them is told whom they recover to. */
const SIGNATURE = `0x${"1c".repeat(65)}`;

/** What goes into a path, by the parameter's name. */
const PATH_VALUES: Readonly<Record<string, string>> = {
  slug: "eth-75-up",
  hash: HASH,
  address: MAKER,
  id: "quote-1",
};

/** A body of each operation that takes one. */
export const EXAMPLE_BODIES: Readonly<Record<string, unknown>> = {
  logIn: {
    message:
      "localhost:8080 wants you to sign in with your Ethereum account:\n0x70997970C51812dc3A010C7d01b50e0d17dc79C8\n\nSign in to Agon. This proves who you are; it moves no funds.\n\nURI: http://localhost:8080\nVersion: 1\nChain ID: 31337\nNonce: 4kVJ0Yw2tq8HnB5x\nIssued At: 2026-11-21T12:00:00.000Z",
    signature: SIGNATURE,
  },
  createApiKey: { name: "market maker", scopes: ["read", "trade"], expiresInSeconds: 7_776_000 },
  holdTrading: { phase: "post_only", market: "eth-75-up" },
  createMarket: {
    slug: "eth-75-up",
    question: "Will ETH be at 7,500 USD or above at the end of 2026?",
    rules: "Resolves YES when the feed's first round after the close is at 7,500 or above.",
    category: "crypto",
    closeTime: CLOSE_TIME,
    resolveDeadline: CLOSE_TIME + DAY_SECONDS,
    takerFeeBps: 100,
    priceStep: 1,
    resolution: { kind: "price_at_or_above", symbol: "ETH", threshold: "750000000000" },
  },
  resolveMarket: {},
  createGroup: {
    slug: "cup-2027",
    title: "Who wins the cup in 2027?",
    category: "sport",
    closeTime: CLOSE_TIME,
    resolveDeadline: CLOSE_TIME + DAY_SECONDS,
    takerFeeBps: 100,
    priceStep: 1,
    resolution: { kind: "manual" },
    members: [
      { slug: "cup-2027-reds", question: "Will the Reds win the cup?", rules: "As announced." },
      { slug: "cup-2027-blues", question: "Will the Blues win the cup?", rules: "As announced." },
    ],
  },
  resolveGroup: { payoutsYes: [1000, 0] },
  placeOrder: { order: ORDER, signature: SIGNATURE, clientId: "quote-1" },
  placeOrders: { orders: [{ order: ORDER, signature: SIGNATURE, clientId: "quote-1" }] },
  checkOrder: { order: ORDER, signature: SIGNATURE },
  cancelListedOrders: { hashes: [HASH] },
  sendHeartbeat: { timeoutMs: 15_000 },
  requestWithdrawal: { asset: "cash", amount: "25000000" },
  useFaucet: { address: MAKER, amountMicro: "1000000000" },
};

interface ExampleOperation {
  operationId: string;
  security?: Record<string, unknown>[];
  parameters?: { name: string; in: string; example?: unknown }[];
  requestBody?: { content: Record<string, { example?: unknown }> };
  "x-codeSamples"?: { lang: string; source: string }[];
}

function needsToken({ security = [] }: ExampleOperation): boolean {
  return security.length > 0 && !security.some((one) => Object.keys(one).length === 0);
}

function curlOf(method: string, url: string, operation: ExampleOperation): string {
  const body = EXAMPLE_BODIES[operation.operationId];
  const lines = [
    method === "get" ? `curl '${url}'` : `curl -X ${method.toUpperCase()} '${url}'`,
    ...(needsToken(operation) ? [`-H "Authorization: Bearer $TOKEN"`] : []),
    ...(body === undefined
      ? []
      : [`-H 'Content-Type: application/json'`, `-d '${JSON.stringify(body)}'`]),
  ];
  return lines.join(" \\\n  ");
}

/** Puts an example into each operation: its path's values, its body, and a call that sends them. */
export function addExamples(document: OpenApiDocument, serverUrl: string): OpenApiDocument {
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, value] of Object.entries(item)) {
      const operation = value as ExampleOperation;
      for (const parameter of operation.parameters ?? []) {
        if (parameter.in === "path") parameter.example = PATH_VALUES[parameter.name];
      }
      const json = operation.requestBody?.content["application/json"];
      if (json) json.example = EXAMPLE_BODIES[operation.operationId];
      const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) => PATH_VALUES[name] ?? name);
      const source = curlOf(method, `${serverUrl}${filled}`, operation);
      operation["x-codeSamples"] = [{ lang: "Shell", source }];
    }
  }
  return document;
}
