import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import type { AnyRoute } from "../../api/http/route.ts";
import { ALL_ROUTES } from "../../api/routes/all-routes.ts";
import { type CallOptions, useApiWorld } from "./support/api-world.ts";

/** Who may: everyone; a session or a key of the scope; a session alone; an admin's session alone. */
type Access = "open" | "read" | "trade" | "optional read" | "optional trade" | "session" | "admin";

/** Said here once more, so that no route is opened by a slip where it is declared. */
const ACCESS: Record<Access, readonly string[]> = {
  open: `getExchange getNonce logIn listMarkets listGroups getGroup getMarket getBook listTrades getCandles getTicker
    listTickers listHolders listUserPositions listUserTrades getUserStats getLeaderboard listJournal
    getJournalLines useFaucet getHealth getDatabaseHealth getCacheHealth getChainHealth
    getDetailedHealth getReady getMetrics getAsyncApi getOpenApi getDocs`.split(/\s+/),
  read: `getSession listOrders getOrderByClientId getOrder getBalance listPositions getPortfolio
    listFills listTransfers`.split(/\s+/),
  trade: "cancelOrder cancelOrders cancelListedOrders sendHeartbeat".split(" "),
  "optional read": ["checkOrder"],
  "optional trade": ["placeOrder", "placeOrders"],
  session: `logOut refreshSession listSessions endSession listApiKeys createApiKey revokeApiKey
    requestWithdrawal`.split(/\s+/),
  admin: `createMarket closeMarket resolveMarket createGroup resolveGroup holdTrading`.split(" "),
};

const CREDENTIALS = [
  "none",
  "garbage",
  "an expired session",
  "a read key",
  "a trade key",
  "an expired key",
  "a session",
  "an admin's session",
  "the cookie of an admin from another site",
  "the cookie of an admin from its own page",
] as const;

type Credential = (typeof CREDENTIALS)[number];

const ACCESS_CODES = new Set([
  "unauthenticated",
  "session_expired",
  "api_key_expired",
  "scope_insufficient",
  "cross_site_refused",
  "forbidden",
]);

/** The code that the credential meets there, or null when it is let in. */
function refusalOf(access: Access, credential: Credential, method: string): string | null {
  if (access === "open") return null;
  const scope = access.replace("optional ", "");
  switch (credential) {
    case "none":
      return access.startsWith("optional") ? null : "unauthenticated";
    case "garbage":
      return "unauthenticated";
    case "an expired session":
      return "session_expired";
    case "an expired key":
      return "api_key_expired";
    case "a read key":
      return scope === "read" ? null : "scope_insufficient";
    case "a trade key":
      return scope === "trade" ? null : "scope_insufficient";
    case "a session":
      return access === "admin" ? "forbidden" : null;
    case "the cookie of an admin from another site":
      return method === "get" ? null : "cross_site_refused";
    default:
      return null;
  }
}

describe("who may call what", () => {
  const admin = privateKeyToAccount(generatePrivateKey());
  const user = privateKeyToAccount(generatePrivateKey());
  const world = useApiWorld({ ADMIN_ADDRESSES: admin.address, RATE_LIMIT_RPM: "1000000" });
  const lasting = new Map<Credential, CallOptions>();

  const bearer = (token: string): CallOptions => ({ token });

  async function keyOf(scope: "read" | "trade"): Promise<{ token: string; id: string }> {
    const token = await world().signIn(admin);
    const body = { name: "table", scopes: [scope] };
    const reply = await world().call("POST", "/v1/auth/keys", { token, body });
    return { token: reply.body.token, id: reply.body.key.id };
  }

  async function expiredSession(): Promise<string> {
    const account = privateKeyToAccount(generatePrivateKey());
    const token = await world().signIn(account);
    await world().pool.query("UPDATE app.sessions SET expires_at = now() WHERE account = $1", [
      account.address.toLowerCase(),
    ]);
    return token;
  }

  async function expiredKey(): Promise<string> {
    const { token, id } = await keyOf("trade");
    await world().pool.query("UPDATE app.api_keys SET expires_at = now() WHERE id = $1", [id]);
    return token;
  }

  const sessionOf = async (account: PrivateKeyAccount) => bearer(await world().signIn(account));

  async function cookieFrom(origin: string): Promise<CallOptions> {
    const token = await world().signIn(admin);
    return { headers: { Cookie: `agon_session=${token}`, Origin: origin } };
  }

  const make: Record<Credential, () => Promise<CallOptions>> = {
    none: async () => ({}),
    garbage: async () => bearer("agon_live_let-me-in"),
    "an expired session": async () => bearer(await expiredSession()),
    "a read key": async () => bearer((await keyOf("read")).token),
    "a trade key": async () => bearer((await keyOf("trade")).token),
    "an expired key": async () => bearer(await expiredKey()),
    "a session": () => sessionOf(user),
    "an admin's session": () => sessionOf(admin),
    "the cookie of an admin from another site": () => cookieFrom("https://evil.example"),
    "the cookie of an admin from its own page": () => cookieFrom(world().api.url),
  };

  before(async () => {
    for (const credential of CREDENTIALS) lasting.set(credential, await make[credential]());
  });

  it("is said for every route, and for no other", () => {
    const said = Object.values(ACCESS).flat().sort();
    assert.deepEqual(said, ALL_ROUTES.map(({ operationId }) => operationId).sort());
  });

  /** Routes that end the session that calls them. */
  const ENDING = new Set(["logOut", "refreshSession"]);

  async function attempt(route: AnyRoute, credential: Credential) {
    const options = ENDING.has(route.operationId)
      ? await make[credential]()
      : (lasting.get(credential) as CallOptions);
    const path = route.path.replaceAll(/:[A-Za-z]+/g, "x");
    const body = route.body ? { body: {} } : {};
    return world().call(route.method.toUpperCase(), path, { ...options, ...body });
  }

  for (const [access, operationIds] of Object.entries(ACCESS) as [Access, readonly string[]][]) {
    for (const operationId of operationIds) {
      const route = ALL_ROUTES.find((one) => one.operationId === operationId);
      it(`${operationId}: ${access}`, async () => {
        assert.ok(route, "there is no such route");
        for (const credential of CREDENTIALS) {
          const { status, body } = await attempt(route, credential);
          const expected = refusalOf(access, credential, route.method);
          const code = ACCESS_CODES.has(body?.code) ? body.code : null;
          assert.equal(code, expected, `${credential}: ${status} ${JSON.stringify(body)}`);
          if (expected !== null) assert.ok(status === 401 || status === 403);
        }
      });
    }
  }
});
