import type { Deployment } from "../../protocol/deployment.ts";
import { ApiProblem } from "../problem.ts";
import { CallReverted } from "./server-wallet.ts";

/** The exchange's `MAX_RESOLVE_PERIOD`. */
const MAX_RESOLVE_PERIOD_SECONDS = 365 * 86_400;

/** @throws ApiProblem `validation_failed` for times that the contract would refuse. */
export function refuseTimes(
  request: { closeTime: number; resolveDeadline: number },
  deployment: Deployment,
): void {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const errors: { in: "body"; pointer: string; message: string }[] = [];
  if (request.closeTime <= nowSeconds) {
    errors.push({ in: "body", pointer: "/closeTime", message: "must be in the future" });
  }
  const { settlementGraceSeconds, exitDelaySeconds } = deployment;
  if (request.resolveDeadline < request.closeTime + settlementGraceSeconds + exitDelaySeconds) {
    const message = "must leave the settlement grace and the exit delay after the close";
    errors.push({ in: "body", pointer: "/resolveDeadline", message });
  }
  if (request.resolveDeadline > request.closeTime + MAX_RESOLVE_PERIOD_SECONDS) {
    const message = "must not lie more than 365 days after the close";
    errors.push({ in: "body", pointer: "/resolveDeadline", message });
  }
  if (errors.length > 0) throw new ApiProblem("validation_failed", { errors });
}

/** What the contract refuses at creation is a wrong input that we did not see. */
export async function creating<Value>(call: () => Promise<Value>): Promise<Value> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof CallReverted)) throw error;
    const message = `the contract refuses: ${error.errorName}`;
    throw new ApiProblem("validation_failed", {
      errors: [{ in: "body", pointer: "", message }],
      cause: error,
    });
  }
}
