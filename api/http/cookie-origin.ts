/** What a request says of the page that sent it. */
export interface PageOrigin {
  /** Of the `Origin` header; undefined when there is none. */
  origin: string | undefined;
  /** Of `Sec-Fetch-Site`, which pages cannot forge. */
  fetchSite: string | undefined;
  host: string | undefined;
}

export interface CookieRules {
  /** PUBLIC_URL: what users type, whatever host a proxy in front asks us for. */
  ownUrl: string | undefined;
  /** CORS_ORIGINS: pages that may act with cookies. */
  allowedOrigins: readonly string[];
  /** Cookies go over TLS only: a page of the same host without TLS is a stranger. */
  isSecure: boolean;
}

/**
 * Whether a request may act with the user's cookie: a page of our own origin or of an allowed one must have
 * sent it. Who says nothing of a page is refused: a browser that sends cookies says, and programs have tokens.
 */
export function mayUseCookie(page: PageOrigin, rules: CookieRules): boolean {
  const { origin, fetchSite, host } = page;
  const { ownUrl, allowedOrigins, isSecure } = rules;
  if (origin === undefined) return fetchSite === "same-origin";
  if (allowedOrigins.includes(origin)) return true;
  if (!URL.canParse(origin)) return false;
  const { host: originHost, protocol } = new URL(origin);
  if (isSecure && protocol !== "https:") return false;
  return originHost === host || (ownUrl !== undefined && new URL(ownUrl).origin === origin);
}
