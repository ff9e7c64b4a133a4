import type { Log } from "../../platform/log.ts";
import { type ErrorCode, errorStatus } from "../../protocol/errors.ts";
import { ApiProblem, problemBody } from "../problem.ts";
import {
  type Attempt,
  type Claim,
  type IdempotencyStore,
  type KeyedRequest,
  REPLY_BYTES_MAX,
  type RecordedReply,
} from "./idempotency-store.ts";

/** How a route stands to its request's coming twice. */
export interface Repetition {
  /** Whether carrying it out again does nothing more. */
  isRepeatable: boolean;
  /** The reply holds a secret, which must not be kept. */
  isReplySecret: boolean;
  /** Whether a reply may be frozen; absent: each may. */
  isFinal?: (reply: RecordedReply) => boolean;
}

const IN_FLIGHT_RETRY_SECONDS = 1;

const REFUSALS = {
  in_flight: "idempotency_in_flight",
  other_request: "idempotency_key_reused",
  unknown: "idempotency_outcome_unknown",
  withheld: "idempotency_reply_withheld",
  exhausted: "idempotency_keys_exhausted",
} as const satisfies Record<Exclude<Claim["kind"], "claimed" | "recorded">, ErrorCode>;

/** Refusals from above 499, and of the limits, at which nothing was done. */
const NOTHING_DONE: ReadonlySet<ErrorCode> = new Set([
  "engine_busy",
  "engine_unavailable",
  "rate_limited",
  "release_unavailable",
]);

function isTransient(status: number): boolean {
  return status >= 500 || status === 429;
}

/** Ends the attempt as its outcome asks. What fails here is left to lapse: the client has its reply. */
async function settle(end: Promise<void>, log: Log): Promise<void> {
  try {
    await end;
  } catch (error) {
    log.error({ err: error }, "the outcome of a request with an Idempotency-Key was not recorded");
  }
}

function recording(attempt: Attempt, reply: RecordedReply, how: Repetition): Promise<void> {
  if (how.isReplySecret) return attempt.withhold();
  const isKept = Buffer.byteLength(reply.body) <= REPLY_BYTES_MAX && how.isFinal?.(reply) !== false;
  if (isKept) return attempt.record(reply);
  return how.isRepeatable ? attempt.forget() : attempt.doubt();
}

/** A refusal below 500 is an outcome like another; above, it is one only where it says that nothing was done. */
function refusing(
  attempt: Attempt,
  error: unknown,
  how: Repetition,
  requestId: string,
): Promise<void> {
  const problem = error instanceof ApiProblem ? error : new ApiProblem("internal");
  const status = errorStatus(problem.code);
  if (!isTransient(status)) {
    const headers = { "Content-Type": "application/problem+json; charset=utf-8" };
    const body = JSON.stringify(problemBody(problem, requestId));
    return attempt.record({ status, headers, body });
  }
  const isFree = how.isRepeatable || NOTHING_DONE.has(problem.code);
  return isFree ? attempt.forget() : attempt.doubt();
}

/**
 * Carries a request out, unless it was before: then its first reply comes again.
 * @throws ApiProblem `idempotency_…` when the key cannot be used, and what `carryOut` throws.
 */
export async function answerOnce(
  request: Omit<KeyedRequest, "isRepeatable">,
  how: Repetition,
  deps: {
    store: IdempotencyStore;
    log: Log;
    requestId: string;
    carryOut: () => Promise<RecordedReply>;
  },
): Promise<{ reply: RecordedReply; isReplayed: boolean }> {
  const { store, log, requestId, carryOut } = deps;
  const claim = await store.claim({ ...request, isRepeatable: how.isRepeatable });
  if (claim.kind === "recorded") return { reply: claim.reply, isReplayed: true };
  if (claim.kind !== "claimed") {
    const isInFlight = claim.kind === "in_flight";
    throw new ApiProblem(REFUSALS[claim.kind], {
      ...(isInFlight ? { retryAfterSeconds: IN_FLIGHT_RETRY_SECONDS } : {}),
    });
  }
  const { attempt } = claim;
  let reply: RecordedReply;
  try {
    reply = await carryOut();
  } catch (error) {
    await settle(refusing(attempt, error, how, requestId), log);
    throw error;
  }
  await settle(recording(attempt, reply, how), log);
  return { reply, isReplayed: false };
}
