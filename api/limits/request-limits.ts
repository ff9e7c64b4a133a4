import type { Redis } from "ioredis";
import type Koa from "koa";
import type { RateLimiterAbstract, RateLimiterRes } from "rate-limiter-flexible";
import type { ExchangeReply } from "../../protocol/wire/exchange.ts";
import type { ApiConfig } from "../config.ts";
import type { AnyRoute } from "../http/route.ts";
import type { Services } from "../services.ts";
import { AccountPlaces } from "./account-places.ts";
import { clientAddress, clientNetwork } from "./client-address.ts";
import { drawsOf } from "./draws.ts";
import { createIdentifyPrincipal, type Principal } from "./identify-principal.ts";
import { consume, createLimiter, LimitReached } from "./limiter.ts";
import {
  ACCOUNT_PLACE_IDLE_MS,
  ACCOUNT_PLACES_MAX,
  type LimitPolicy,
  limitPolicies,
  type PolicyName,
} from "./policies.ts";

/** Of a route: which allowance it draws on, and the scope that it asks of an API key. */
export type Drawing = Pick<AnyRoute, "bucket" | "scope">;

/** The allowances of this process, shared among replicas through Redis. */
export interface RequestLimits {
  policies: readonly LimitPolicy[];
  /** Operations that count as more than one request. */
  costs: ExchangeReply["limits"]["costs"];
  /**
   * Counts `cost` against whom the request comes from, and says in its headers what is left.
   * @throws LimitReached, an ApiProblem `rate_limited`
   */
  charge(ctx: Koa.Context, drawing: Drawing, cost: number): Promise<void>;
  /** Of a token that was made just now. */
  expect(token: string): void;
}

const NETWORKS_MAX = 10_000;

/** Wrong tokens of a network in a window, until it has to guess slowly. */
const guessesMax = (config: ApiConfig) => Math.max(10, Math.floor(config.RATE_LIMIT_RPM / 10));

interface Standing {
  policy: LimitPolicy;
  remaining: number;
  resetSeconds: number;
}

function standingOf(policy: LimitPolicy, result: RateLimiterRes): Standing {
  return {
    policy,
    remaining: Math.max(0, result.remainingPoints),
    resetSeconds: Math.max(0, Math.ceil(result.msBeforeNext / 1000)),
  };
}

/** The structured fields of the IETF draft for all allowances, the older headers for the tightest. */
function setHeaders(ctx: Koa.Context, standings: readonly Standing[]): void {
  const share = ({ policy, remaining }: Standing) => remaining / policy.quota;
  const tightest = standings.reduce((least, one) => (share(one) < share(least) ? one : least));
  const policies = standings.map(
    ({ policy: { name, quota, windowSeconds } }) => `"${name}";q=${quota};w=${windowSeconds}`,
  );
  const left = standings.map(
    ({ policy, remaining, resetSeconds }) => `"${policy.name}";r=${remaining};t=${resetSeconds}`,
  );
  ctx.set("RateLimit-Policy", policies.join(", "));
  ctx.set("RateLimit", left.join(", "));
  ctx.set("X-RateLimit-Limit", String(tightest.policy.quota));
  ctx.set("X-RateLimit-Remaining", String(tightest.remaining));
  ctx.set("X-RateLimit-Reset", String(tightest.resetSeconds));
}

export function createRequestLimits(deps: {
  config: ApiConfig;
  redis: Redis | null;
  credentials: Services["credentials"];
  routes: readonly AnyRoute[];
}): RequestLimits {
  const policies = limitPolicies(deps.config);
  const limiterOf = ({
    name,
    quota: points,
    windowSeconds,
  }: Omit<LimitPolicy, "name"> & { name: string }) =>
    createLimiter({ redis: deps.redis, name, points, windowSeconds });
  const limiters: Record<PolicyName, RateLimiterAbstract> = {
    address: limiterOf(policies.address),
    account: limiterOf(policies.account),
    network: limiterOf(policies.network),
    key: limiterOf(policies.key),
    cancels: limiterOf(policies.cancels),
    key_cancels: limiterOf(policies.key_cancels),
    probes: limiterOf(policies.probes),
  };
  const identify = createIdentifyPrincipal({
    credentials: deps.credentials,
    config: deps.config,
    guesses: limiterOf({ ...policies.address, name: "guesses", quota: guessesMax(deps.config) }),
    lateLookUps: limiterOf({ ...policies.address, name: "late", quota: 1, windowSeconds: 1 }),
  });
  const places = new AccountPlaces({
    placesMax: ACCOUNT_PLACES_MAX,
    networksMax: NETWORKS_MAX,
    idleMs: ACCOUNT_PLACE_IDLE_MS,
  });

  /** Whom it counts against; null: its address. */
  async function principalOf(ctx: Koa.Context, network: string): Promise<Principal | null> {
    ctx.state["principal"] ??= await identify(ctx, network);
    const principal = ctx.state["principal"] as Principal | null;
    return principal && places.take(network, principal.account, Date.now()) ? principal : null;
  }

  return {
    policies: Object.values(policies),
    costs: deps.routes
      .filter(({ cost = 1, costNote }) => cost > 1 || costNote !== undefined)
      .map(({ operationId, cost = 1, costNote = null }) => ({ operationId, cost, more: costNote })),
    expect: identify.expect,
    async charge(ctx, { bucket = "usual", scope }, cost) {
      const network = clientNetwork(clientAddress(ctx.req, deps.config.TRUST_PROXY));
      const principal = bucket === "probes" ? null : await principalOf(ctx, network);
      const draws = drawsOf({ bucket, network, ...(scope ? { scope } : {}) }, principal);
      const standings: Standing[] = [];
      for (const draw of draws) {
        const policy = policies[draw.policy];
        // However tight the limit, the costliest request must be possible.
        const points = Math.min(policy.quota, cost);
        try {
          const result = await consume(limiters[draw.policy], draw.key, points);
          standings.push(standingOf(policy, result));
        } catch (error) {
          if (!(error instanceof LimitReached)) throw error;
          setHeaders(ctx, [...standings, standingOf(policy, error.standing)]);
          throw error;
        }
      }
      setHeaders(ctx, standings);
    },
  };
}
