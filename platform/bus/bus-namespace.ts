import type { Deployment } from "../../protocol/deployment.ts";

/** Keeps the buses of different exchanges, and of a chain that was reset, apart on one Redis. */
export function busNamespace(deployment: Deployment): string {
  return `agon:${deployment.chainId}:${deployment.deployBlockHash.slice(2, 18)}`;
}
