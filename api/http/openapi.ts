import {
  OpenAPIRegistry,
  OpenApiGeneratorV31,
  type RouteConfig,
} from "@asteasolutions/zod-to-openapi";
import { z } from "zod";
import { type ErrorCode, errorStatus } from "../../protocol/errors.ts";
import { problemSchema } from "../../protocol/wire/problem.ts";
import { serverFrameSchema } from "../../protocol/wire/stream.ts";
import { clientFrameSchema } from "../../protocol/wire/stream-request.ts";
import { SERVICE_NAME, SERVICE_VERSION } from "../config.ts";
import { IDEMPOTENCY_HEADER, IDEMPOTENCY_KEY_PATTERN } from "../idempotency/idempotency-key.ts";
import { takesIdempotencyKey } from "./keyed-request.ts";
import { addExamples } from "./request-examples.ts";
import type { AnyRoute } from "./route.ts";

/** The OpenAPI document, as far as its readers here care. */
export interface OpenApiDocument {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, unknown>>;
  components?: { schemas?: Record<string, unknown> };
}

const DESCRIPTION =
  "A prediction-market exchange: wallet-signed orders, an off-chain book, escrow on chain. Prices in ticks (0.001), quantities in lots (0.01 share), money in micro as decimal strings. Errors are application/problem+json with a stable `code`. GET /v1/exchange has contracts, signing and limits; the websocket is at /ws: its frames are the schemas WsClientFrame and WsServerFrame.";

const IDEMPOTENCY_CODES: readonly ErrorCode[] = [
  "idempotency_key_invalid",
  "idempotency_key_reused",
  "idempotency_in_flight",
  "idempotency_keys_exhausted",
  "database_unavailable",
];

const idempotencyHeaders = z.object({
  [IDEMPOTENCY_HEADER]: z.string().regex(IDEMPOTENCY_KEY_PATTERN).optional().meta({
    description:
      "With the same key and the same request the first reply comes again for 24 hours, marked `Idempotency-Replayed: true`.",
  }),
});

/** Codes with which the route may answer, those of every route among them. */
export function errorCodes(declared: AnyRoute): ErrorCode[] {
  const codes: ErrorCode[] = ["internal", "rate_limited"];
  if (declared.params || declared.query || declared.body) codes.push("validation_failed");
  if (declared.body) codes.push("body_malformed", "body_too_large", "media_type_unsupported");
  if (takesIdempotencyKey(declared)) {
    codes.push(...IDEMPOTENCY_CODES);
    if (declared.isReplySecret) codes.push("idempotency_reply_withheld");
    if (declared.idempotency !== "repeatable") codes.push("idempotency_outcome_unknown");
  }
  if (declared.auth !== "none") {
    // A token that is not valid is refused even where none is needed.
    codes.push("unauthenticated", "session_expired", "api_key_expired", "scope_insufficient");
    if (declared.method !== "get") codes.push("cross_site_refused");
  }
  const readsIndex = declared.errors?.includes("index_unavailable") ?? false;
  if (declared.auth !== "none" || readsIndex) codes.push("database_unavailable");
  if (declared.auth === "admin") codes.push("forbidden");
  return [...new Set([...codes, ...(declared.errors ?? [])])];
}

function problemResponses(declared: AnyRoute): RouteConfig["responses"] {
  const byStatus = Map.groupBy(errorCodes(declared), errorStatus);
  const entries = [...byStatus]
    // A health route's 503 is a report, not a problem.
    .filter(([status]) => !(status in declared.replies))
    .map(([status, codes]) => [
      String(status),
      {
        description: codes.map((code) => `\`${code}\``).join(", "),
        content: { "application/problem+json": { schema: problemSchema } },
      },
    ]);
  return Object.fromEntries(entries);
}

function successResponses(declared: AnyRoute): RouteConfig["responses"] {
  const type = (declared.produces ?? "application/json").split(";")[0] as string;
  const files = (declared.files ?? []).map((file) => [file, { schema: z.string() }]);
  const entries = Object.entries(declared.replies).map(([status, schema]) => [
    status,
    {
      description: status.startsWith("2") ? declared.summary : "Not healthy",
      content: {
        [type]: { schema },
        ...(status === "200" ? Object.fromEntries(files) : {}),
      },
    },
  ]);
  const unchanged = { description: "What `If-None-Match` names is still so." };
  return { ...Object.fromEntries(entries), ...(declared.hasEtag ? { 304: unchanged } : {}) };
}

/** A key's scope stands where OpenAPI 3.1 has roles. */
function security({ auth, scope }: AnyRoute): RouteConfig["security"] {
  if (auth === "none") return [];
  const session: Record<string, string[]>[] = [{ bearer: [] }, { cookie: [] }];
  return [
    ...(auth === "optional" ? [{}] : []),
    ...session,
    ...(scope === undefined ? [] : [{ apiKey: [scope] }]),
  ];
}

/** The description, with the codes that a reply of status 200 may hold. */
function described({ description, verdicts }: AnyRoute): { description?: string } {
  const codes = verdicts?.map((code) => `\`${code}\``).join(", ");
  const sentences = [description, codes && `Problems within the reply: ${codes}.`].filter(Boolean);
  return sentences.length === 0 ? {} : { description: sentences.join(" ") };
}

function operation(declared: AnyRoute): RouteConfig {
  const { method, path, operationId, tag, summary, params, query, body } = declared;
  return {
    method,
    path: path.replaceAll(/:([A-Za-z]+)/g, "{$1}"),
    operationId,
    tags: [tag],
    summary,
    ...described(declared),
    security: security(declared),
    request: {
      ...(params ? { params } : {}),
      ...(query ? { query } : {}),
      ...(takesIdempotencyKey(declared) ? { headers: idempotencyHeaders } : {}),
      ...(body
        ? { body: { required: true, content: { "application/json": { schema: body } } } }
        : {}),
    },
    responses: { ...successResponses(declared), ...problemResponses(declared) },
  };
}

function securitySchemes(cookieName: string) {
  return {
    bearer: {
      type: "http",
      scheme: "bearer",
      description: "A session's token, of POST /v1/auth/login: all that the account may do.",
    },
    cookie: {
      type: "apiKey",
      in: "cookie",
      name: cookieName,
      description: "The same as an HTTP-only cookie, for pages of this origin or an allowed one.",
    },
    apiKey: {
      type: "http",
      scheme: "bearer",
      description:
        "A key's token, of POST /v1/auth/keys, with the scope that the route names: `read` or `trade`.",
    },
  } as const;
}

/** The OpenAPI 3.1 document of the declared routes. */
export function openApiDocument(
  routes: readonly AnyRoute[],
  { serverUrl, cookieName }: { serverUrl: string; cookieName: string },
): OpenApiDocument {
  const registry = new OpenAPIRegistry();
  for (const [name, scheme] of Object.entries(securitySchemes(cookieName))) {
    registry.registerComponent("securitySchemes", name, scheme);
  }
  for (const declared of routes) registry.registerPath(operation(declared));
  // The frames of /ws have no path here, but their schemas belong to the same document.
  const frames = [clientFrameSchema, serverFrameSchema].map((schema) => ({
    type: "schema" as const,
    schema,
  }));
  const definitions = [...registry.definitions, ...frames] as OpenAPIRegistry["definitions"];
  const document = new OpenApiGeneratorV31(definitions).generateDocument({
    openapi: "3.1.0",
    info: {
      title: `${SERVICE_NAME} API`,
      version: SERVICE_VERSION,
      description: DESCRIPTION,
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: serverUrl }],
  });
  return addExamples(document as unknown as OpenApiDocument, serverUrl);
}
