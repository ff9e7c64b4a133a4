import type { z } from "zod";
import {
  type ErrorCode,
  errorMend,
  errorStatus,
  errorTitle,
  type Failure,
} from "../protocol/errors.ts";
import type { Problem } from "../protocol/wire/problem.ts";

export interface FieldError {
  in: "body" | "query" | "path" | "header";
  /** A JSON pointer. */
  pointer: string;
  message: string;
}

/** A refusal on its way to the one error handler: a code, facts that help, fields at fault. */
export class ApiProblem extends Error {
  readonly code: ErrorCode;
  readonly details: Record<string, unknown>;
  readonly errors: FieldError[] | undefined;
  /** Sent as Retry-After. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode,
    facts: {
      details?: Record<string, unknown>;
      errors?: FieldError[];
      retryAfterSeconds?: number;
      cause?: unknown;
    } = {},
  ) {
    super(code, { cause: facts.cause });
    this.name = "ApiProblem";
    this.code = code;
    this.details = facts.details ?? {};
    this.errors = facts.errors;
    this.retryAfterSeconds = facts.retryAfterSeconds;
  }
}

/** Members that details must not shadow. */
const OWN_MEMBERS = new Set(["type", "title", "status", "code", "mend", "requestId", "errors"]);

/** The RFC 9457 body of a failure; `details` become extension members. */
export function problemBody(
  failure: Pick<Failure, "code" | "details"> & { errors?: FieldError[] },
  requestId?: string,
): Problem {
  const extensions = Object.entries(failure.details ?? {}).filter(([key]) => !OWN_MEMBERS.has(key));
  return {
    type: `/docs#${failure.code}`,
    title: errorTitle(failure.code),
    status: errorStatus(failure.code),
    code: failure.code,
    mend: errorMend(failure.code),
    ...(requestId === undefined ? {} : { requestId }),
    ...(failure.errors === undefined ? {} : { errors: failure.errors }),
    ...Object.fromEntries(extensions),
  };
}

function jsonPointer(path: readonly PropertyKey[]): string {
  return path
    .map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}

/** What zod found, as pointers into the request. Unknown keys are pointed at by name. */
export function fieldErrors(where: FieldError["in"], error: z.ZodError): FieldError[] {
  return error.issues.slice(0, 50).flatMap((issue) => {
    const paths =
      issue.code === "unrecognized_keys"
        ? issue.keys.slice(0, 20).map((key) => [...issue.path, key])
        : [issue.path];
    return paths.map((path) => ({ in: where, pointer: jsonPointer(path), message: issue.message }));
  });
}
