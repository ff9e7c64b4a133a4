import assert from "node:assert/strict";
import { errorCodes } from "../../../api/http/openapi.ts";
import { ALL_ROUTES } from "../../../api/routes/all-routes.ts";
import type { ErrorCode } from "../../../protocol/errors.ts";

/** Met before a route is. */
const BEFORE_ROUTES: readonly ErrorCode[] = [
  "not_found",
  "method_not_allowed",
  "request_malformed",
  "headers_too_large",
  "request_timeout",
  "too_many_connections",
];

const PATTERNS = ALL_ROUTES.map((declared) => ({
  declared,
  matches: new RegExp(`^${declared.path.replaceAll(/:[A-Za-z]+/g, "[^/]+")}/?$`),
}));

/** Fails when the reply has a code that no route of that method and path declares. */
export function assertDocumented(method: string, path: string, code: ErrorCode): void {
  const plain = path.split("?")[0] ?? "";
  const routes = PATTERNS.filter(
    ({ declared, matches }) =>
      declared.method.toUpperCase() === method.replace("HEAD", "GET") && matches.test(plain),
  );
  const documented = routes.flatMap(({ declared }) => errorCodes(declared));
  const isKnown = [...BEFORE_ROUTES, ...documented].includes(code);
  assert.ok(isKnown || routes.length === 0, `${method} ${plain} does not declare ${code}`);
}
