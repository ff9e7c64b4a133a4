import { isDevelopmentChain } from "../../protocol/development-chain.ts";
import type { ApiConfig } from "../config.ts";

const LOOPBACK_HOSTS = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Users, passwords, paths and queries are where providers put their secrets. */
function isBareOrigin({ username, password, pathname, search, hash }: URL): boolean {
  return username === "" && password === "" && pathname === "/" && search === "" && hash === "";
}

/**
 * The JSON-RPC endpoint that clients are told of: PUBLIC_RPC_URL; without it our own, where it is a
 * development node's and its URL holds no secret; else null.
 */
export function publicRpcUrl(
  config: Pick<ApiConfig, "PUBLIC_RPC_URL" | "RPC_URL">,
  chainId: number,
): string | null {
  const { PUBLIC_RPC_URL: told, RPC_URL: own } = config;
  if (told !== undefined) return told;
  if (own === undefined || !URL.canParse(own)) return null;
  const url = new URL(own);
  const isDevelopment = isDevelopmentChain(chainId) || LOOPBACK_HOSTS.has(url.hostname);
  return isDevelopment && isBareOrigin(url) ? own : null;
}
