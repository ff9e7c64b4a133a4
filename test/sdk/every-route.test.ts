import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { privateKeyToAccount } from "viem/accounts";
import type { AnyRoute } from "../../api/http/route.ts";
import { ALL_ROUTES } from "../../api/routes/all-routes.ts";
import type { CreateGroupRequest } from "../../protocol/wire/group.ts";
import { type AgonClient, connect } from "../../sdk/client.ts";
import { problem, type ScriptedServer, startScriptedServer } from "./fixture/scripted-server.ts";

const SLUG = "eth-up";
const HASH = `0x${"ab".repeat(32)}` as const;
const ID = "ef".repeat(16);
const ADDRESS = `0x${"cd".repeat(20)}` as const;
const ORDER = {
  market: { marketId: 1, takerFeeBps: 0 },
  outcome: "YES",
  side: "BUY",
  price: 500,
  quantity: 100,
} as const;
const MARKET = {
  slug: SLUG,
  question: "Does the price rise?",
  rules: "YES if it does.",
  closeTime: 1,
  resolveDeadline: 2,
  resolution: { kind: "manual" },
} as const;

const GROUP: CreateGroupRequest = {
  slug: "next-winner",
  title: "Who wins next?",
  closeTime: 1,
  resolveDeadline: 2,
  resolution: { kind: "manual" },
  members: [
    { slug: "first-wins", question: "Does the first win?", rules: "YES if it does." },
    { slug: "second-wins", question: "Does the second win?", rules: "YES if it does." },
  ],
};

/** How a user of the SDK reaches each operation. */
const ACTIONS: Record<string, (client: AgonClient) => Promise<unknown>> = {
  getExchange: (client) => client.getExchange(),
  holdTrading: (client) => client.holdTrading({ phase: "cancel_only", market: SLUG }),
  getNonce: (client) => client.signIn(),
  logIn: (client) => client.signIn(),
  logOut: (client) => client.signOut(),
  getSession: (client) => client.getSession(),
  refreshSession: (client) => client.refreshSession(),
  listSessions: (client) => client.listSessions(),
  endSession: (client) => client.endSession(ID),
  createApiKey: (client) => client.createApiKey({ name: "bot", scopes: ["read", "trade"] }),
  listApiKeys: (client) => client.listApiKeys(),
  revokeApiKey: (client) => client.revokeApiKey(ID),
  listMarkets: (client) => client.markets({ status: "open" }).next(),
  getMarket: (client) => client.getMarket(SLUG),
  createMarket: (client) => client.createMarket(MARKET),
  closeMarket: (client) => client.closeMarket(SLUG),
  listGroups: (client) => client.listGroups({ limit: 5 }),
  getGroup: (client) => client.getGroup(7),
  createGroup: (client) => client.createGroup(GROUP),
  resolveGroup: (client) => client.resolveGroup(7, { payoutsYes: [1000, 0] }),
  resolveMarket: (client) => client.resolveMarket(SLUG, { payoutYes: 1000 }),
  getBook: (client) => client.getBook(SLUG, { depth: 5 }),
  listTrades: (client) => client.trades(SLUG).next(),
  getCandles: (client) => client.getCandles(SLUG, { interval: "1h" }),
  getTicker: (client) => client.getTicker(SLUG),
  listTickers: (client) => client.tickers({ markets: [SLUG, "eth-down"] }).next(),
  listHolders: (client) => client.holders(SLUG).next(),
  placeOrder: (client) => client.placeOrder(ORDER),
  placeOrders: (client) => client.placeOrders([ORDER]),
  checkOrder: (client) => client.checkOrder(ORDER),
  listOrders: (client) => client.orders({ status: "closed" }).next(),
  getOrderByClientId: (client) => client.getOrderByClientId("mine"),
  getOrder: (client) => client.getOrder(HASH),
  cancelOrder: (client) => client.cancelOrder(HASH),
  cancelOrders: (client) => client.cancelOrders({ market: SLUG }),
  cancelListedOrders: (client) => client.cancelListedOrders([HASH]),
  sendHeartbeat: (client) => client.sendHeartbeat({ timeoutMs: 5_000 }),
  getBalance: (client) => client.getBalance(),
  listPositions: (client) => client.getPositions(),
  getPortfolio: (client) => client.getPortfolio(),
  listFills: (client) => client.fills({ market: SLUG }).next(),
  listTransfers: (client) => client.transfers().next(),
  requestWithdrawal: (client) => client.withdraw("1"),
  listUserPositions: (client) => client.getUserPositions(ADDRESS),
  listUserTrades: (client) => client.userTrades(ADDRESS).next(),
  getUserStats: (client) => client.getUserStats(ADDRESS),
  getLeaderboard: (client) => client.getLeaderboard({ by: "roi" }),
  listJournal: (client) => client.journal({ after: 7 }).next(),
  useFaucet: (client) => client.requestFaucet(),
  getHealth: (client) => client.getHealth(),
  getDatabaseHealth: (client) => client.getHealth("database"),
  getCacheHealth: (client) => client.getHealth("cache"),
  getChainHealth: (client) => client.getHealth("chain"),
  getDetailedHealth: (client) => client.getHealth("detailed"),
  getReady: (client) => client.getHealth("ready"),
};

/** What has no action, and why. */
const WITHOUT: Record<string, string> = {
  getJournalLines: "the entries of `journal()` as a file, for those without a client",
  getMetrics: "Prometheus reads it",
  getOpenApi: "generators of other clients read it",
  getAsyncApi: "generators of other clients read it",
  getDocs: "people read it",
};

/** Whether a request that was sent is one of the route, by its method, path, query and body. */
function isOf(declared: AnyRoute, method: string, sent: string, body: unknown): boolean {
  const { pathname, searchParams } = new URL(sent, "http://x");
  const pattern = declared.path.replace(/:[a-z]+/gi, "[^/]+");
  if (method.toLowerCase() !== declared.method) return false;
  if (!new RegExp(`^${pattern}$`).test(pathname)) return false;
  declared.query?.parse(Object.fromEntries(searchParams));
  declared.body?.parse(body);
  return true;
}

describe("the sdk's actions", () => {
  let server: ScriptedServer;
  let client: AgonClient;

  before(async () => {
    const session = { account: ADDRESS, token: "t", expiresAtMs: 1, isAdmin: true };
    server = await startScriptedServer(({ path }) => {
      if (path === "/v1/auth/nonce") {
        return { status: 200, body: { nonce: "abcdefgh12345678", expiresAtMs: 1 } };
      }
      if (path === "/v1/auth/login") return { status: 200, body: session };
      return problem(404, "not_found");
    });
    const signer = privateKeyToAccount(`0x${"17".repeat(32)}`);
    const fetch: typeof globalThis.fetch = (input, init) => {
      // The description is asked for once more below, and counted then.
      const url = String(input);
      return globalThis.fetch(url.endsWith("/v1/exchange") && counted ? `${url}?` : url, init);
    };
    let counted = false;
    client = await connect(server.url, { signer, fetch, rpcUrl: "http://127.0.0.1:1" });
    counted = true;
    await client.signIn();
  });

  after(() => server.stop());

  it("are there for each operation of the api, or it is said why not, and for no other", () => {
    const known = [...Object.keys(ACTIONS), ...Object.keys(WITHOUT)].sort();
    assert.deepEqual(known, ALL_ROUTES.map(({ operationId }) => operationId).sort());
  });

  for (const declared of ALL_ROUTES) {
    const { operationId, method, path } = declared;
    const act = ACTIONS[operationId];
    if (!act) continue;
    it(`send ${method.toUpperCase()} ${path} as it wants to be asked (${operationId})`, async () => {
      const before = server.seen.length;
      await act(client).catch(() => {});
      const sent = server.seen.slice(before);
      const found = sent.some((request) =>
        isOf(declared, request.method, request.path, request.body),
      );
      assert.ok(found, `sent: ${sent.map((request) => request.path).join(" ")}`);
    });
  }
});
