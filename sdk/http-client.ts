import { bytesToHex } from "viem";
import type { z } from "zod";
import { isErrorCode } from "../protocol/errors.ts";
import { AgonError } from "./agon-error.ts";
import { type FailedAttempt, type Repeatable, type RetryPolicy, withRetry } from "./retry.ts";

export interface HttpRequest<Reply extends z.ZodType> {
  method: "GET" | "POST" | "DELETE";
  /** Below the server's root, for example `/v1/orders`. */
  path: string;
  query?: Record<string, unknown>;
  body?: unknown;
  reply: Reply;
  /** A GET is idempotent by itself; anything else must say. */
  repeatable?: Repeatable;
  /** Gives the request up, its repetitions and the pauses between them. */
  signal?: AbortSignal;
  /** Statuses of failure whose body is the reply nevertheless, as that of a health check. */
  repliesToo?: readonly number[];
}

/** One server over HTTP: typed replies, AgonErrors, bounded repetition of what may be repeated. */
export interface HttpClient {
  request<Reply extends z.ZodType>(request: HttpRequest<Reply>): Promise<z.output<Reply>>;
}

export interface HttpOptions {
  url: string;
  fetch: typeof globalThis.fetch;
  retry: RetryPolicy;
  /** How long one attempt may take. */
  timeoutMs: number;
  /** The session's bearer token, if there is a session. */
  token: () => string | null;
}

export function createHttpClient(options: HttpOptions): HttpClient {
  return {
    request: (request) => {
      const { method, repeatable = method === "GET" ? "idempotent" : "unprocessed" } = request;
      const key: Record<string, string> =
        repeatable === "keyed" ? { "idempotency-key": randomKey() } : {};
      return withRetry(
        options.retry,
        repeatable,
        (number) => attempt(options, request, key, number),
        request.signal,
      );
    },
  };
}

/** Of the random source that pages have without TLS too. */
function randomKey(): string {
  return bytesToHex(crypto.getRandomValues(new Uint8Array(16)));
}

function requestUrl(options: HttpOptions, request: HttpRequest<z.ZodType>): string {
  const url = new URL(request.path.replace(/^\//, ""), options.url.replace(/\/*$/, "/"));
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url.href;
}

function requestInit(
  options: HttpOptions,
  request: HttpRequest<z.ZodType>,
  headers: Record<string, string>,
): RequestInit {
  const token = options.token();
  const timeout = AbortSignal.timeout(options.timeoutMs);
  return {
    method: request.method,
    headers: {
      accept: "application/json",
      ...headers,
      ...(request.body === undefined ? {} : { "content-type": "application/json" }),
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: request.body === undefined ? null : JSON.stringify(request.body),
    signal: request.signal ? AbortSignal.any([request.signal, timeout]) : timeout,
  };
}

async function attempt<Reply extends z.ZodType>(
  options: HttpOptions,
  request: HttpRequest<Reply>,
  headers: Record<string, string>,
  attempts: number,
): Promise<{ value: z.output<Reply> } | FailedAttempt> {
  const what = `${request.method} ${request.path}`;
  let response: Response;
  let text: string;
  try {
    response = await options.fetch(
      requestUrl(options, request),
      requestInit(options, request, headers),
    );
    text = await response.text();
  } catch (cause) {
    const timedOut = cause instanceof Error && cause.name === "TimeoutError";
    const code = timedOut ? "request_timed_out" : "network_failed";
    return { error: new AgonError(code, { detail: what, attempts, cause }), retryAfterMs: 0 };
  }
  const json = parseJson(text);
  if (!response.ok && !request.repliesToo?.includes(response.status)) {
    return {
      error: problemError(response, json, what, attempts),
      retryAfterMs: retryAfterMs(response.headers.get("retry-after")),
    };
  }
  const reply = request.reply.safeParse(json);
  if (reply.success) return { value: reply.data };
  const issue = reply.error.issues[0];
  const detail = `${what}: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`;
  const parameters = { detail, status: response.status, attempts, cause: reply.error };
  return { error: new AgonError("reply_invalid", parameters), retryAfterMs: 0 };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const PROBLEM_MEMBERS = ["type", "title", "status", "code", "detail", "mend", "requestId"];

/** A refusal as an error. A proxy's page has no code, so its status alone speaks. */
function problemError(
  response: Response,
  json: unknown,
  what: string,
  attempts: number,
): AgonError {
  const { status } = response;
  const problem = (typeof json === "object" && json !== null ? json : {}) as Record<
    string,
    unknown
  >;
  const text = (name: string) => {
    const value = problem[name];
    return typeof value === "string" ? { [name]: value } : {};
  };
  const requestId = response.headers.get("x-request-id");
  const facts = Object.entries(problem).filter(([name]) => !PROBLEM_MEMBERS.includes(name));
  const parameters = {
    ...(requestId === null ? {} : { requestId }),
    ...text("title"),
    ...text("detail"),
    ...text("mend"),
    ...text("requestId"),
    details: Object.fromEntries(facts),
    status,
    attempts,
  };
  if (isErrorCode(problem["code"])) return new AgonError(problem["code"], parameters);
  if (status === 429) return new AgonError("rate_limited", parameters);
  if (status >= 500)
    return new AgonError("network_failed", { detail: `${what}: ${status}`, ...parameters });
  return new AgonError("reply_invalid", { detail: `${what}: ${status}`, ...parameters });
}

/** Both forms of the header: seconds, or a date. */
function retryAfterMs(header: string | null): number {
  if (header === null) return 0;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? 0 : Math.max(0, at - Date.now());
}
