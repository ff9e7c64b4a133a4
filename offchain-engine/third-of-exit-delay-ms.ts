import type { Deployment } from "../protocol/deployment.ts";

/** An exit asked for on chain cannot bite within this time of being seen, with room to settle. */
export function thirdOfExitDelayMs({ exitDelaySeconds }: Deployment): number {
  return Math.floor((exitDelaySeconds * 1_000) / 3);
}
