import { errorCodes } from "../../../api/http/openapi.ts";
import { ERRORS, type ErrorCode, errorStatus } from "../../../protocol/errors.ts";
import { assertDocumented } from "../support/documented-codes.ts";
import type { Canaries } from "./canaries.ts";
import type { Draft } from "./draft.ts";
import type { HostileReply } from "./send-draft.ts";

/** What a reply was, and what is wrong with it. */
export interface Judgement {
  /** Of the refusal, or of the verdicts within the reply. */
  codes: string[];
  faults: string[];
}

const NO_BODY = new Set([204, 304]);

/** Holds one reply against what every reply must be. */
export function judgeReply(
  draft: Draft,
  reply: HostileReply,
  request: string,
  canaries: Canaries,
): Judgement {
  const { status, type, text, headers } = reply;
  const faults = canaries.within(`${headers}\n${text}`, request).map((one) => `tells ${one}`);
  const judged = (...codes: string[]) => ({ codes, faults });
  if (status === 0) {
    // Bytes that begin no request may be met with the connection's end; a request may not.
    if (!draft.bytes) faults.push("no answer");
    return judged();
  }
  if (status >= 500) faults.push(`status ${status}`);
  if (/html/.test(type) && draft.route.path !== "/docs") faults.push(`is ${type}`);
  if (draft.method === "HEAD" || NO_BODY.has(status)) return judged();
  if (status >= 400) return judged(...judgeProblem(draft, reply, faults));
  if (status >= 300) faults.push(`status ${status}`);
  else if (/^application\/json/.test(type)) return judged(...judgeSuccess(draft, reply, faults));
  return judged();
}

function judgeProblem(draft: Draft, reply: HostileReply, faults: string[]): string[] {
  const { status, type, text } = reply;
  if (!/^application\/problem\+json/.test(type)) faults.push(`is ${type || "of no type"}`);
  const body = parse(text);
  const code: unknown = body?.["code"];
  if (typeof code !== "string" || !(code in ERRORS)) {
    faults.push("has no code");
    return [];
  }
  if (errorStatus(code as ErrorCode) !== status) faults.push(`${code} with ${status}`);
  if (draft.bytes === null) {
    try {
      assertDocumented(draft.method, draft.path, code as ErrorCode);
    } catch (error) {
      faults.push((error as Error).message);
    }
  }
  return [code];
}

/** A reply of status 200 has its route's shape, and its verdicts are the client's fault, each with a listed code. */
function judgeSuccess(draft: Draft, reply: HostileReply, faults: string[]): string[] {
  const { route } = draft;
  const isAsDeclared =
    draft.bytes === null &&
    draft.method === route.method.toUpperCase() &&
    !["path", "pathValue"].includes(draft.damage);
  if (!isAsDeclared) return [];
  const body = parse(reply.text);
  const schema = route.replies[reply.status];
  if (!schema) faults.push(`declares no reply of ${reply.status}`);
  else if (schema.safeParse(body).success !== true) faults.push("is not as its schema says");
  const listed: readonly string[] = [...(route.verdicts ?? []), ...errorCodes(route)];
  const problems = problemsWithin(body);
  for (const { status, code } of problems) {
    if (status >= 500) faults.push(`${code} within its reply`);
    if (!listed.includes(code)) faults.push(`does not list ${code}`);
  }
  return problems.map(({ code }) => code);
}

function problemsWithin(body: Record<string, unknown> | null): { status: number; code: string }[] {
  const results = (body?.["results"] ?? []) as { problem?: { status: number; code: string } }[];
  const problems = (body?.["problems"] ?? []) as { status: number; code: string }[];
  return [...results.flatMap(({ problem }) => problem ?? []), ...problems];
}

function parse(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
