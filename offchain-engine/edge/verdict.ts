import type { Verdict } from "../../protocol/engine/request.ts";
import type { Result } from "../../protocol/errors.ts";

/** A release as the core grants it: the operator signs it once it is durable. */
export interface GrantedRelease {
  kind: "release";
  /** Decimal; counts the account's releases from 1. */
  releaseNonce: string;
  deadline: number;
}

/** The answer to a user's or an operator's command; a release is still without its signature. */
export type CoreVerdict =
  | Exclude<Verdict, { ok: true; kind: "release" }>
  | Result<GrantedRelease>
  | Result<{ kind: "hold" }>;
