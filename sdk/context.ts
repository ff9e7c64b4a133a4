import type { LoginReply } from "../protocol/wire/auth.ts";
import type { ExchangeReply } from "../protocol/wire/exchange.ts";
import { AgonError } from "./agon-error.ts";
import type { ChainAccess } from "./chain-access.ts";
import type { HttpClient } from "./http-client.ts";
import type { NonceSession } from "./nonce-session.ts";
import type { AgonSigner } from "./signer.ts";
import type { StreamConnection } from "./streams/stream-connection.ts";

/** What every action works with. One per `connect`. */
export interface Context {
  readonly url: string;
  readonly exchange: ExchangeReply;
  readonly http: HttpClient;
  readonly signer: AgonSigner | null;
  readonly chain: ChainAccess | null;
  readonly nonces: NonceSession;
  readonly streams: StreamConnection;
  /** The signed-in session; set by `signIn`, cleared by `signOut`. */
  session: LoginReply | null;
  /** The token of an API key that the client connected with. */
  readonly apiKey: string | null;
}

/** What requests and streams prove themselves with: the session's token, else the API key's. */
export function credentialOf(context: Context): string | null {
  return context.session?.token ?? context.apiKey;
}

/** @throws AgonError `signer_required` */
export function requireSigner(context: Context): AgonSigner {
  if (context.signer === null) throw new AgonError("signer_required");
  return context.signer;
}

/** @throws AgonError `chain_required` */
export function requireChain(context: Context): ChainAccess {
  if (context.chain === null) throw new AgonError("chain_required");
  return context.chain;
}
