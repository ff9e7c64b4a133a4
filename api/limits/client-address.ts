import type { IncomingMessage } from "node:http";
import { isIPv6 } from "node:net";

/**
 * The client's address: the socket's, or behind `proxyHops` proxies of our own the one that the outermost
 * of them saw. What a client writes into X-Forwarded-For itself stands further left and is never read.
 */
export function clientAddress(request: IncomingMessage, proxyHops: number): string {
  const own = request.socket.remoteAddress ?? "";
  if (proxyHops === 0) return own;
  const header = request.headers["x-forwarded-for"];
  const forwarded = (typeof header === "string" ? header : "")
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);
  return forwarded.at(-proxyHops) ?? forwarded[0] ?? own;
}

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const GROUPS = 8;
const NETWORK_GROUPS = 4;

/** The eight groups of an IPv6 address, without leading zeros. */
function groupsOf(address: string): string[] {
  const [head = "", tail] = address.split("%")[0]?.split("::") ?? [];
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array(Math.max(0, GROUPS - left.length - right.length)).fill("0");
  return [...left, ...zeros, ...right].map((group) => group.replace(/^0+(?=.)/, "").toLowerCase());
}

/**
 * What counts as one client: an IPv4 address, or the /64 of an IPv6 one, since whoever has one address
 * of it has them all.
 */
export function clientNetwork(address: string): string {
  if (!address.includes(":")) return address;
  const mapped = MAPPED_IPV4.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  return `${groupsOf(address).slice(0, NETWORK_GROUPS).join(":")}::/64`;
}
