import type { Readable } from "node:stream";
import type Koa from "koa";
import type { z } from "zod";
import type { ErrorCode } from "../../protocol/errors.ts";
import type { ApiKeyScope } from "../../protocol/wire/auth.ts";
import type { LimitBucket } from "../limits/policies.ts";
import type { Services } from "../services.ts";
import type { Session } from "../sign-in/session-store.ts";

export type RouteMethod = "get" | "post" | "delete";

/** `optional`: a session or key is read when there is one, and a bad one is refused. */
export type RouteAuth = "none" | "optional" | "session" | "admin";

export type RouteReplies = Readonly<Record<number, z.ZodType>>;

export type RouteReply<Replies extends RouteReplies> = {
  [Status in keyof Replies & number]: {
    status: Status;
    /** A stream goes out as it is made, as what its headers say. */
    body: z.input<Replies[Status]> | Readable;
    headers?: Record<string, string>;
  };
}[keyof Replies & number];

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

type SessionOf<Auth extends RouteAuth> = Auth extends "session" | "admin"
  ? Session
  : Session | null;

export interface RouteInput<Params, Query, Body, Auth extends RouteAuth> {
  params: Parsed<Params>;
  query: Parsed<Query>;
  body: Parsed<Body>;
  session: SessionOf<Auth>;
  services: Services;
  requestId: string;
  /** For what has no place in JSON: cookies, the client's address. */
  ctx: Koa.Context;
}

/** One endpoint, said once: the Koa route and its part of the OpenAPI document come from this. */
export interface Route<
  Params extends z.ZodObject | undefined = z.ZodObject | undefined,
  Query extends z.ZodObject | undefined = z.ZodObject | undefined,
  Body extends z.ZodType | undefined = z.ZodType | undefined,
  Replies extends RouteReplies = RouteReplies,
  Auth extends RouteAuth = RouteAuth,
> {
  method: RouteMethod;
  /** Koa's form: `/v1/markets/:slug`. */
  path: string;
  /** Unique; the name that generated clients use. */
  operationId: string;
  tag: string;
  summary: string;
  description?: string;
  auth: Auth;
  /** API keys of this scope are taken beside sessions. Absent: no key is. */
  scope?: ApiKeyScope;
  params?: Params;
  query?: Query;
  body?: Body;
  /** The media type of the replies; JSON when absent. */
  produces?: string;
  /** Media types of the same in another form, as a file. */
  files?: readonly string[];
  /** Its replies carry an ETag, and a client that has the same already gets a 304. */
  hasEtag?: boolean;
  replies: Replies;
  /** Codes of its own, beside those that any route can meet. */
  errors?: readonly ErrorCode[];
  /** Codes of the problems that a reply of status 200 may hold, one for each thing that it judges. */
  verdicts?: readonly ErrorCode[];
  /** More than the usual body limit. */
  bodyBytesMax?: number;
  /** Which allowance it draws on; the usual one when absent. */
  bucket?: LimitBucket;
  /** How many requests it counts as in the rate limit; 1 when absent. */
  cost?: number;
  /**
   * What an `Idempotency-Key` does on a route that is no GET. `repeatable`: carrying the request out again does
   * nothing more, so an attempt that died is made again. `once`, when absent: it never is. `none`: it is not read.
   */
  idempotency?: "repeatable" | "once" | "none";
  /** The reply holds a secret, which is not kept for an `Idempotency-Key`. */
  isReplySecret?: boolean;
  /** Whether a reply may be given again for 24 hours; any may when absent. */
  isFinal?(body: unknown): boolean;
  /** What its input counts for on top of `cost`; `costNote` tells it in words. */
  extraCost?(input: { query: Parsed<Query>; body: Parsed<Body> }): number;
  costNote?: string;
  handle(
    input: RouteInput<Params, Query, Body, Auth>,
  ): Promise<RouteReply<NoInfer<Replies>>> | RouteReply<NoInfer<Replies>>;
}

/** Keeps the types of one declaration together. */
export function route<
  Replies extends RouteReplies,
  Auth extends RouteAuth,
  Params extends z.ZodObject | undefined = undefined,
  Query extends z.ZodObject | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(
  declaration: Route<Params, Query, Body, Replies, Auth>,
): Route<Params, Query, Body, Replies, Auth> {
  return declaration;
}

/** A route of whatever types, as the mounting and the OpenAPI document need it. */
// biome-ignore lint/suspicious/noExplicitAny: a list of routes mixes input types; each was checked at its declaration.
export type AnyRoute = Route<any, any, any, any, any>;
