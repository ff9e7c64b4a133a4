import type Koa from "koa";
import type { ErrorCode } from "../../protocol/errors.ts";
import { ApiProblem } from "../problem.ts";
import type { Services } from "../services.ts";
import type { CredentialRefusal } from "../sign-in/credentials.ts";
import type { Session } from "../sign-in/session-store.ts";
import { requestCredential } from "./request-credential.ts";
import type { AnyRoute } from "./route.ts";
import { isOwnPage, sessionCookieName } from "./session-cookie.ts";

/** A token, and how the request brought it. */
interface CarriedToken {
  token: string;
  by: "bearer" | "cookie";
}

/** The token that a request presents: the Authorization header wins over the cookie. */
export function readToken(ctx: Koa.Context, config: Services["config"]): CarriedToken | null {
  const header = ctx.get("Authorization");
  if (header !== "") {
    const token = /^Bearer ([\x21-\x7e]{1,256})$/i.exec(header)?.[1];
    if (token === undefined) throw new ApiProblem("unauthenticated");
    return { token, by: "bearer" };
  }
  if (ctx.headers.cookie === undefined) return null;
  const cookie = ctx.cookies.get(sessionCookieName(config));
  return cookie ? { token: cookie, by: "cookie" } : null;
}

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/** What a client is told of a token that is not taken. */
export const REFUSAL_CODE: Record<CredentialRefusal, ErrorCode> = {
  unknown: "unauthenticated",
  expired: "session_expired",
  key_expired: "api_key_expired",
};

/** What a key may not do at all, or not with its scopes. @throws ApiProblem `scope_insufficient` */
function checkScope(session: Session, { auth, scope }: Pick<AnyRoute, "auth" | "scope">): void {
  if (session.credential === "session") return;
  const needed = auth === "admin" ? "admin" : (scope ?? "session");
  if ((session.scopes as readonly string[]).includes(needed)) return;
  throw new ApiProblem("scope_insufficient", { details: { needed, scopes: session.scopes } });
}

/** The session or key that the route's need asks for. @throws ApiProblem 401 or 403. */
export async function authenticate(
  ctx: Koa.Context,
  need: Pick<AnyRoute, "auth" | "scope">,
  services: Services,
): Promise<Session | null> {
  if (need.auth === "none") return null;
  const carried = readToken(ctx, services.config);
  if (carried === null) {
    if (need.auth === "optional") return null;
    throw new ApiProblem("unauthenticated");
  }
  const session = await requestCredential(ctx, carried.token, services.credentials);
  if (typeof session === "string") {
    // A stale cookie must not bar a route that needs no session.
    if (need.auth === "optional" && carried.by === "cookie") return null;
    throw new ApiProblem(REFUSAL_CODE[session]);
  }
  const isSafe = carried.by === "bearer" || SAFE_METHODS.has(ctx.method);
  if (!isSafe && !isOwnPage(ctx.req, services.config)) throw new ApiProblem("cross_site_refused");
  checkScope(session, need);
  if (need.auth === "admin" && !session.isAdmin) throw new ApiProblem("forbidden");
  return session;
}
