import type { z } from "zod";
import type { chainHealthSchema } from "../../protocol/wire/health.ts";
import type { Services } from "../services.ts";
import { probe } from "./probe.ts";

export type ChainHealth = Omit<z.infer<typeof chainHealthSchema>, "timestamp">;

/** Whether the chain answers, and is the one that we were deployed on. Without an RPC: degraded. */
export async function checkChain({ chain, deployment }: Services): Promise<ChainHealth> {
  const none = { connected: false, latency_ms: null, chain_id: null, block_number: null };
  if (!chain) return { status: "degraded", ...none };
  const answer = await probe(() =>
    Promise.all([chain.client.getChainId(), chain.client.getBlockNumber()]),
  );
  if (!answer.ok) return { status: "unhealthy", ...none };
  const [chainId, blockNumber] = answer.value;
  return {
    status: chainId === deployment.chainId ? "healthy" : "unhealthy",
    connected: true,
    latency_ms: answer.latencyMs,
    chain_id: chainId,
    block_number: Number(blockNumber),
  };
}
