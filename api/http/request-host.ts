import type { IncomingHttpHeaders } from "node:http";

/**
 * The host that the client asked for, as HTTP and `/ws` both see it: behind proxies of ours the first of
 * X-Forwarded-Host, if they send it, else the Host header.
 */
export function requestHost(headers: IncomingHttpHeaders, proxyHops: number): string | undefined {
  const forwarded = headers["x-forwarded-host"];
  if (proxyHops === 0 || forwarded === undefined) return headers.host;
  return String(forwarded).split(",")[0]?.trim();
}
