import type { Deployment } from "../../protocol/deployment.ts";

/** A chain of the engine's own, for when there is no other: nobody else knows its address. */
export interface PrivateChain {
  rpcUrl: string;
  deployment: Deployment;
  stop(): Promise<void>;
}

/**
 * Starts a chain on a free loopback port and deploys the exchange to it. The engine is given one by
 * whoever starts it, since neither the chain's program nor the deployment is a part of the engine.
 */
export type StartPrivateChain = () => Promise<PrivateChain>;
