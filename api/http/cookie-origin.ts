/**
 * Whether a request may act with the user's cookie: no page sent it (no `Origin`), or a page of our own
 * host or of an allowed origin did. A page of another origin must not.
 */
export function mayUseCookie(
  origin: string | undefined,
  host: string | undefined,
  allowedOrigins: readonly string[],
): boolean {
  if (origin === undefined || allowedOrigins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
