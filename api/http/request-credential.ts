import type Koa from "koa";
import type { CredentialRefusal, Credentials } from "../sign-in/credentials.ts";
import type { Session } from "../sign-in/session-store.ts";

type Found = Session | CredentialRefusal;

const foundOf = new WeakMap<Koa.Context, { token: string; found: Promise<Found> }>();

/** Whose the request's token is: looked up once, whoever asks. */
export function requestCredential(
  ctx: Koa.Context,
  token: string,
  credentials: Pick<Credentials, "find">,
): Promise<Found> {
  const known = foundOf.get(ctx);
  if (known?.token === token) return known.found;
  const found = credentials.find(token);
  foundOf.set(ctx, { token, found });
  return found;
}
