import { loginReplySchema, loginRequestSchema } from "../../../protocol/wire/auth.ts";
import { SESSION_COOKIE } from "../../http/authenticate.ts";
import { route } from "../../http/route.ts";
import { verifySignIn } from "../../sign-in/verify-sign-in.ts";

export const logIn = route({
  method: "post",
  path: "/v1/auth/login",
  operationId: "logIn",
  tag: "auth",
  summary: "Sign in with an EIP-4361 message",
  description:
    "The message's domain, URI, chain id and statement are at GET /v1/exchange under `siwe`; its nonce comes from GET /v1/auth/nonce. The reply sets an HTTP-only cookie and holds the same token for `Authorization: Bearer`.",
  auth: "none",
  idempotency: "none",
  cost: 5,
  body: loginRequestSchema,
  replies: { 200: loginReplySchema },
  errors: [
    "siwe_invalid",
    "siwe_nonce_unknown",
    "siwe_signature_invalid",
    "chain_unavailable",
    "database_unavailable",
  ],
  async handle({ body, services, ctx }) {
    const account = await verifySignIn(body, {
      terms: services.siweTerms,
      nonces: services.nonces,
      chain: services.chain,
    });
    const { token, session } = await services.sessions.open(account);
    ctx.cookies.set(SESSION_COOKIE, token, {
      httpOnly: true,
      sameSite: "lax",
      secure: services.config.COOKIE_SECURE,
      expires: new Date(session.expiresAtMs),
      path: "/",
      overwrite: true,
    });
    return {
      status: 200,
      body: { ...session, token },
      headers: { "Cache-Control": "no-store" },
    };
  },
});
