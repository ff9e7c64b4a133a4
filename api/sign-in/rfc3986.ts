import { isIPv6 } from "node:net";

const UNRESERVED = "A-Za-z0-9\\-._~";
const SUB_DELIMS = "!$&'()*+,;=";
const PERCENT = "%[0-9A-Fa-f]{2}";
const PCHAR = `(?:[${UNRESERVED}${SUB_DELIMS}:@]|${PERCENT})`;
const SCHEME = "[A-Za-z][A-Za-z0-9+.\\-]*";
const AUTHORITY = `(?:(?:[${UNRESERVED}${SUB_DELIMS}:]|${PERCENT})*@)?(\\[[^\\]]*\\]|(?:[${UNRESERVED}${SUB_DELIMS}]|${PERCENT})*)(?::\\d*)?`;
const HIERARCHY = `(?:\\/\\/${AUTHORITY}(?:\\/${PCHAR}*)*|\\/(?:${PCHAR}+(?:\\/${PCHAR}*)*)?|${PCHAR}+(?:\\/${PCHAR}*)*|)`;
const EXTRA = `(?:${PCHAR}|[/?])*`;

const AUTHORITY_PATTERN = new RegExp(`^${AUTHORITY}$`);
const URI_PATTERN = new RegExp(`^${SCHEME}:${HIERARCHY}(?:\\?${EXTRA})?(?:#${EXTRA})?$`);
const SEGMENT_PATTERN = new RegExp(`^${PCHAR}*$`);
const IP_FUTURE = new RegExp(`^v[0-9A-Fa-f]+\\.[${UNRESERVED}${SUB_DELIMS}:]+$`);
/** No zone: RFC 3986 has none in an address. */
const IP_V6 = /^[0-9A-Fa-f:.]+$/;
/** Letters, digits and hyphens, as DNS has names (RFC 4501); dotted numbers are of that form too. */
const DNS_NAME =
  /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*\.?$/;

function isIpLiteral(host: string): boolean {
  const inner = host.slice(1, -1);
  return (IP_V6.test(inner) && isIPv6(inner)) || IP_FUTURE.test(inner);
}

/** Whether the text is an RFC 3986 URI with a scheme. */
export function isUri(text: string): boolean {
  const match = URI_PATTERN.exec(text);
  if (!match) return false;
  const host = match[1];
  return !host?.startsWith("[") || isIpLiteral(host);
}

/** Whether the text is `[user@]host[:port]` with a DNS name or an IP address for a host. */
export function isDnsAuthority(text: string): boolean {
  const host = AUTHORITY_PATTERN.exec(text)?.[1];
  if (host === undefined) return false;
  return host.startsWith("[") ? isIpLiteral(host) : DNS_NAME.test(host);
}

/** Whether the text is a run of RFC 3986 path characters, or empty. */
export function isSegment(text: string): boolean {
  return SEGMENT_PATTERN.test(text);
}
