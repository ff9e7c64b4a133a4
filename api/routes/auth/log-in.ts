import { loginReplySchema, loginRequestSchema } from "../../../protocol/wire/auth.ts";
import { route } from "../../http/route.ts";
import { isOwnPage, setSessionCookie } from "../../http/session-cookie.ts";
import { verifySignIn } from "../../sign-in/verify-sign-in.ts";

export const logIn = route({
  method: "post",
  path: "/v1/auth/login",
  operationId: "logIn",
  tag: "auth",
  summary: "Sign in with an EIP-4361 message",
  description:
    "The message's domain, URI, chain id and statement are at GET /v1/exchange under `siwe`; its nonce comes from GET /v1/auth/nonce. The reply holds a token for `Authorization: Bearer`, and sets it as an HTTP-only cookie for pages of this origin and of allowed ones.",
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
    services.limits.expect(token);
    const { expiresAtMs, isAdmin } = session;
    // A foreign page could otherwise leave its visitors signed in as somebody else.
    const isForeign = ctx.get("Origin") !== "" && !isOwnPage(ctx.req, services.config);
    if (!isForeign) setSessionCookie(ctx, services.config, { token, expiresAtMs });
    return {
      status: 200,
      body: { account, expiresAtMs, isAdmin, token },
      headers: { "Cache-Control": "no-store" },
    };
  },
});
