import { createSiweMessage } from "viem/siwe";
import {
  authNonceReplySchema,
  type LoginReply,
  loginReplySchema,
} from "../../protocol/wire/auth.ts";
import { type Context, requireSigner } from "../context.ts";

/** Signs in with Ethereum (EIP-4361). The session's token goes with every later request and stream. */
export async function signIn(context: Context): Promise<LoginReply> {
  const signer = requireSigner(context);
  const { siwe } = context.exchange;
  const { nonce } = await context.http.request({
    method: "GET",
    path: "/v1/auth/nonce",
    reply: authNonceReplySchema,
  });
  const issuedAt = new Date();
  const message = createSiweMessage({
    address: signer.address,
    domain: siwe.domain,
    uri: siwe.uri,
    version: siwe.version,
    chainId: siwe.chainId,
    statement: siwe.statement,
    nonce,
    issuedAt,
    expirationTime: new Date(issuedAt.getTime() + siwe.nonceLifetimeSeconds * 1000),
  });
  const signature = await signer.signMessage(message);
  context.session = await context.http.request({
    method: "POST",
    path: "/v1/auth/login",
    body: { message, signature },
    reply: loginReplySchema,
  });
  return context.session;
}
