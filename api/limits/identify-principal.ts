import type Koa from "koa";
import type { RateLimiterAbstract } from "rate-limiter-flexible";
import type { Address } from "viem";
import type { ApiKeyScope } from "../../protocol/wire/auth.ts";
import { readToken } from "../http/authenticate.ts";
import { requestCredential } from "../http/request-credential.ts";
import type { Services } from "../services.ts";
import { parseToken } from "../sign-in/credential-token.ts";

/** Whom a request with a valid token counts against. */
export interface Principal {
  account: Address;
  /** The API key that it came with; null for a session. */
  keyId: string | null;
  scopes: readonly ApiKeyScope[];
}

export interface IdentifyPrincipal {
  (ctx: Koa.Context, network: string): Promise<Principal | null>;
  /** Takes a token for good that was made just now: no neighbour's guesses keep it from being looked up. */
  expect(token: string): void;
}

const KNOWN_TOKENS_MAX = 10_000;

/** The token, where it may be one of ours; the route itself refuses any other. */
function tokenOf(ctx: Koa.Context, config: Services["config"]): string | null {
  try {
    const token = readToken(ctx, config)?.token ?? null;
    return token === null || parseToken(token) === null ? null : token;
  } catch {
    return null;
  }
}

/**
 * Reads whom a request counts against, or null for none. Garbage is neither looked up nor a guess. Once a network
 * has used up its guesses, tokens never seen valid are looked up slowly: guessing must not keep the database busy,
 * nor a neighbour's session unknown for ever.
 */
export function createIdentifyPrincipal(deps: {
  credentials: Services["credentials"];
  config: Services["config"];
  /** Counts wrong tokens by network. */
  guesses: RateLimiterAbstract;
  /** Counts the look-ups of a network that has no guesses left. */
  lateLookUps: RateLimiterAbstract;
}): IdentifyPrincipal {
  const { credentials, config, guesses, lateLookUps } = deps;
  const known = new Set<string>();

  function expect(token: string): void {
    known.delete(token);
    known.add(token);
    if (known.size > KNOWN_TOKENS_MAX) known.delete(known.values().next().value as string);
  }

  async function mayLookUp(token: string, network: string): Promise<boolean> {
    if (known.has(token)) return true;
    const standing = await guesses.get(network);
    if (standing === null || standing.remainingPoints > 0) return true;
    return lateLookUps.consume(network).then(
      () => true,
      () => false,
    );
  }

  async function identify(ctx: Koa.Context, network: string): Promise<Principal | null> {
    const token = tokenOf(ctx, config);
    if (token === null || !(await mayLookUp(token, network))) return null;
    // Without a database nobody is known, and nothing is guessed; the route says so itself.
    const session = await requestCredential(ctx, token, credentials).catch(() => null);
    if (session === null) return null;
    if (typeof session === "string") {
      known.delete(token);
      await guesses.consume(network).catch(() => {});
      return null;
    }
    expect(token);
    const { account, credential, id, scopes } = session;
    return { account, keyId: credential === "api_key" ? id : null, scopes };
  }

  return Object.assign(identify, { expect });
}
