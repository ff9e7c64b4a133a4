import type { Address } from "viem";
import { type ExchangeReply, exchangeReplySchema } from "../protocol/wire/exchange.ts";
import { type Actions, bindActions } from "./actions.ts";
import { type ChainAccess, createChainAccess } from "./chain-access.ts";
import { type Context, credentialOf } from "./context.ts";
import { createHttpClient } from "./http-client.ts";
import { createNonceSession } from "./nonce-session.ts";
import { DEFAULT_RETRY, type RetryPolicy } from "./retry.ts";
import { type SignerInput, toSigner } from "./signer.ts";
import { StreamConnection } from "./streams/stream-connection.ts";
import type { WebSocketConstructor } from "./streams/web-socket-like.ts";

export interface ConnectOptions {
  /** Signs orders, sign-in and transactions; without one the client only reads. */
  signer?: SignerInput;
  /** The token of an API key (`createApiKey`), in the place of a session. */
  apiKey?: string;
  /** A JSON-RPC endpoint of the chain; what the server names by default. */
  rpcUrl?: string;
  fetch?: typeof globalThis.fetch;
  WebSocket?: WebSocketConstructor;
  retry?: Partial<RetryPolicy>;
  /** How long one HTTP attempt may take; 10 s by default. */
  timeoutMs?: number;
  streams?: { baseDelayMs?: number; maxDelayMs?: number; silenceMs?: number };
  chain?: { receiptTimeoutMs?: number; pollingIntervalMs?: number };
}

/** An exchange, connected. */
export interface AgonClient extends Actions {
  readonly url: string;
  /** The signer's address. */
  readonly address: Address | null;
  /** What `GET /v1/exchange` said when the client connected. */
  readonly exchange: ExchangeReply;
  /** Reads and writes of the chain, when an endpoint is known. */
  readonly chain: ChainAccess | null;
  /** Ends every stream. */
  close(): void;
}

/** Reads what an exchange is (`GET /v1/exchange`) and gives a client of it. */
export async function connect(url: string, options: ConnectOptions = {}): Promise<AgonClient> {
  const token = () => (context === null ? null : credentialOf(context));
  let context: Context | null = null;
  const http = createHttpClient({
    url,
    // Browsers refuse a fetch that is called as another object's method.
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    retry: { ...DEFAULT_RETRY, ...options.retry },
    timeoutMs: options.timeoutMs ?? 10_000,
    token,
  });
  const exchange = await http.request({
    method: "GET",
    path: "/v1/exchange",
    reply: exchangeReplySchema,
  });
  const rpcUrl = options.rpcUrl ?? exchange.rpcUrl;
  const streams = new StreamConnection({
    url: streamUrl(url, exchange.streams.url),
    WebSocket: options.WebSocket ?? globalThis.WebSocket,
    token,
    baseDelayMs: 200,
    maxDelayMs: 5_000,
    silenceMs: 30_000,
    ...options.streams,
  });
  context = {
    url,
    exchange,
    http,
    signer: options.signer === undefined ? null : await toSigner(options.signer),
    chain: rpcUrl === null ? null : chainAccess(rpcUrl, options.chain),
    nonces: createNonceSession(),
    streams,
    session: null,
    apiKey: options.apiKey ?? null,
  };
  return {
    ...bindActions(context),
    url,
    address: context.signer?.address ?? null,
    exchange,
    chain: context.chain,
    close: () => streams.close(),
  };
}

function chainAccess(rpcUrl: string, options: ConnectOptions["chain"]): ChainAccess {
  return createChainAccess({
    rpcUrl,
    receiptTimeoutMs: 120_000,
    pollingIntervalMs: 500,
    ...options,
  });
}

/** The stream's address may be told in full or as a path below the server. */
function streamUrl(url: string, streams: string): string {
  return new URL(streams, url).href.replace(/^http/, "ws");
}
