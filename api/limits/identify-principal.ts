import type Koa from "koa";
import type { RateLimiterAbstract } from "rate-limiter-flexible";
import type { Address } from "viem";
import { readToken } from "../http/authenticate.ts";
import { requestCredential } from "../http/request-credential.ts";
import type { Services } from "../services.ts";

/** Whom a request with a valid token counts against. */
export interface Principal {
  account: Address;
  /** The API key that it came with; null for a session. */
  keyId: string | null;
}

export type IdentifyPrincipal = (ctx: Koa.Context, network: string) => Promise<Principal | null>;

const KNOWN_TOKENS_MAX = 10_000;

/** The token, where its header is well formed; the route itself refuses any other. */
function tokenOf(ctx: Koa.Context, config: Services["config"]): string | null {
  try {
    return readToken(ctx, config)?.token ?? null;
  } catch {
    return null;
  }
}

/**
 * Reads whom a request counts against, or null for none. Once a network has guessed wrong as often as it may
 * ask at all, tokens never seen valid are looked up no more: guessing must not keep the database busy.
 */
export function createIdentifyPrincipal(deps: {
  credentials: Services["credentials"];
  config: Services["config"];
  /** Counts wrong tokens by network. */
  guesses: RateLimiterAbstract;
}): IdentifyPrincipal {
  const known = new Set<string>();

  async function mayLookUp(token: string, network: string): Promise<boolean> {
    if (known.has(token)) return true;
    const standing = await deps.guesses.get(network);
    return standing === null || standing.remainingPoints > 0;
  }

  return async (ctx, network) => {
    const token = tokenOf(ctx, deps.config);
    if (token === null || !(await mayLookUp(token, network))) return null;
    // Without a database nobody is known; the route says so itself.
    const session = await requestCredential(ctx, token, deps.credentials).catch(
      () => "unknown" as const,
    );
    known.delete(token);
    if (typeof session === "string") {
      await deps.guesses.consume(network).catch(() => {});
      return null;
    }
    known.add(token);
    if (known.size > KNOWN_TOKENS_MAX) known.delete(known.values().next().value as string);
    return {
      account: session.account,
      keyId: session.credential === "api_key" ? session.id : null,
    };
  };
}
