import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import type { Market } from "../../../protocol/wire/market.ts";
import { DEV_ACCOUNTS } from "../../../scripts/start/dev-accounts.ts";
import { type RunningExchange, startExchange } from "../../../scripts/start/exchange.ts";
import { silentProgress } from "../../../scripts/start/progress.ts";
import { type AgonClient, connect } from "../../../sdk/index.ts";
import { Canaries } from "./canaries.ts";
import { INSPECTABLE, type Inspector, openInspector } from "./read-memory.ts";
import type { KnownThings } from "./valid-value.ts";

/** Wide allowances: what is asked here is what a route does, not how often it lets itself be asked. */
const ENVIRONMENT: Record<string, string> = {
  RATE_LIMIT_RPM: "10000000",
  IDEMPOTENCY_KEYS_MAX: "1000000",
  WS_POINTS_PER_SECOND: "1000000",
  WS_POINTS_PER_SECOND_PER_ADDRESS: "10000000",
  WS_MAX_SUBSCRIPTIONS: "8",
  ...INSPECTABLE,
};

const DEADLINE_MS = 60_000;
const OTHERS_MAX = 20;

/** Who sends: tokens of one account's session and keys. */
export interface Credentials {
  session: string;
  /** Of another session, to be ended. */
  disposable: string;
  readKey: string;
  tradeKey: string;
}

/** A whole exchange, an account whose private data nobody else may see, and one that tries to. */
export interface HostileWorld {
  exchange: RunningExchange;
  market: Market;
  victim: AgonClient;
  attacker: AgonClient;
  /** The attacker's, renewed when a case has ended them. */
  own: Credentials;
  ended: string;
  admin: string;
  victimTokens: readonly string[];
  canaries: Canaries;
  known: KnownThings;
  /** Of the process of engine and api. */
  inspector: Inspector;
  /** Something private happens to the victim. */
  stirVictim(): Promise<void>;
  renewOwn(): Promise<void>;
  /** Lines of the server that tell of a bug. */
  bugs(): string[];
  stop(): Promise<void>;
}

async function start(): Promise<{ exchange: RunningExchange; stop: () => Promise<void> }> {
  const dataDir = mkdtempSync(join(tmpdir(), "agon-hostile-"));
  const before = { ...process.env };
  Object.assign(process.env, ENVIRONMENT);
  try {
    const exchange = await startExchange({
      dataDir,
      postgresPort: 0,
      chainPort: 0,
      apiPort: 0,
      indexerPort: 0,
      settle: true,
      logLevel: "warn",
      progress: silentProgress,
    });
    const stop = async () => {
      await exchange.stop();
      rmSync(dataDir, { recursive: true, force: true });
    };
    return { exchange, stop };
  } catch (error) {
    rmSync(dataDir, { recursive: true, force: true });
    throw error;
  } finally {
    for (const name of Object.keys(ENVIRONMENT)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}

async function funded(apiUrl: string, amountMicro: bigint): Promise<AgonClient> {
  const signer = privateKeyToAccount(generatePrivateKey());
  const client = await connect(apiUrl, { signer, chain: { pollingIntervalMs: 50 } });
  await client.signIn();
  await client.requestFaucet({ amount: amountMicro });
  await client.depositWithPermit({ amount: amountMicro });
  const account = client.openAccount();
  await account.ready();
  await account.waitForAvailable(amountMicro, DEADLINE_MS);
  account.close();
  return client;
}

async function openMarket(admin: AgonClient, slug: string): Promise<Market> {
  const now = Math.floor(Date.now() / 1000);
  const { market } = await admin.createMarket({
    slug,
    question: "Does the exchange hold?",
    rules: "YES if it does.",
    closeTime: now + 86_400,
    resolveDeadline: now + 2 * 86_400,
    resolution: { kind: "manual" },
  });
  return market;
}

async function credentialsOf(client: AgonClient): Promise<Credentials> {
  const { token: disposable } = await client.signIn();
  const { token: session } = await client.signIn();
  const { token: readKey } = await client.createApiKey({ name: "reads", scopes: ["read"] });
  const { token: tradeKey } = await client.createApiKey({ name: "trades", scopes: ["trade"] });
  return { session, disposable, readKey, tradeKey };
}

/** Starts the exchange and gives the victim secrets of every kind. */
export async function startHostileWorld(): Promise<HostileWorld> {
  const { exchange, stop } = await start();
  try {
    return await peopled(exchange, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function peopled(
  exchange: RunningExchange,
  stopExchange: () => Promise<void>,
): Promise<HostileWorld> {
  const { apiUrl, logDir } = exchange;
  const adminSigner = privateKeyToAccount(DEV_ACCOUNTS.admin.privateKey);
  const adminClient = await connect(apiUrl, { signer: adminSigner });
  const { token: admin } = await adminClient.signIn();
  const market = await openMarket(adminClient, "hostile-one");
  // The victim's orders rest where the attacker has none: a fill would make them public.
  const quiet = await openMarket(adminClient, "hostile-quiet");
  const [victim, attacker] = await Promise.all([
    funded(apiUrl, 7_654_321_987n),
    funded(apiUrl, 5_000_000_000n),
  ]);
  const { token: ended } = await attacker.signIn();
  await attacker.signOut();
  const canaries = new Canaries();
  const victimTokens = await givenSecrets(victim, canaries);
  const resting = await victim.placeOrder({
    ...{ market: quiet, outcome: "YES", side: "BUY", price: 137, quantity: 31_337 },
    clientId: canaries.secret("client"),
  });
  canaries.add(resting.order.hash);
  canaries.add((await victim.getBalance()).availableMicro);
  const own = await credentialsOf(attacker);
  const ownOrder = await attacker.placeOrder({
    ...{ market, outcome: "YES", side: "BUY", price: 100, quantity: 100 },
    clientId: "of-the-attacker",
  });
  const known: KnownThings = {
    slugs: ["hostile-one", "hostile-quiet"],
    hashes: [ownOrder.order.hash],
    othersHashes: [resting.order.hash],
    addresses: [victim, attacker, adminClient].map(({ address }) => String(address)),
    clientIds: ["of-the-attacker", ...canaries.named("client")],
    credentialIds: [...canaries.named("id")],
    cursors: ["bm9uc2Vuc2U"],
  };
  const serverLog = join(logDir, "server.log");
  const inspector = await openInspector(exchange.pids()["server"] as number, serverLog);
  const world: HostileWorld = {
    ...{ inspector },
    ...{ exchange, market, victim, attacker, own, ended, admin, victimTokens, canaries, known },
    async stirVictim() {
      const clientId = canaries.secret("client");
      const { order } = await victim.placeOrder({
        ...{ market: quiet, outcome: "YES", side: "BUY", price: 136, quantity: 10, clientId },
      });
      canaries.add(order.hash);
      if (known.othersHashes.length < OTHERS_MAX) known.othersHashes.push(order.hash);
      canaries.add((await victim.getBalance()).availableMicro);
      await victim.cancelOrder(order.hash);
    },
    async renewOwn() {
      await attacker.signIn();
      for (const { id } of await attacker.listApiKeys()) await attacker.revokeApiKey(id);
      Object.assign(own, await credentialsOf(attacker));
    },
    bugs: () =>
      readFileSync(serverLog, "utf8")
        .split("\n")
        .filter((line) => line.includes('"bug: ') || line.includes("ncaught")),
    async stop() {
      inspector.close();
      for (const client of [victim, attacker, adminClient]) client.close();
      await stopExchange();
    },
  };
  return world;
}

/** A session and a key whose tokens, names and ids are nobody else's to see. Returns the tokens. */
async function givenSecrets(victim: AgonClient, canaries: Canaries): Promise<string[]> {
  const { token } = await victim.signIn();
  const name = canaries.secret("key");
  const created = await victim.createApiKey({ name, scopes: ["read", "trade"] });
  const { currentId } = await victim.listSessions();
  for (const secret of [token, created.token]) canaries.add(secret);
  canaries.note("id", currentId);
  canaries.note("id", created.key.id);
  return [token, created.token];
}
