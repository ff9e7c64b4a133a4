import type { z } from "zod";
import type { cacheHealthSchema } from "../../protocol/wire/health.ts";
import type { Services } from "../services.ts";
import { probe } from "./probe.ts";

export type CacheHealth = Omit<z.infer<typeof cacheHealthSchema>, "timestamp">;

const BYTES_PER_MB = 1024 * 1024;

function figure(info: string, field: string): number | null {
  const text = new RegExp(`^${field}:([0-9]+)`, "m").exec(info)?.[1];
  return text === undefined ? null : Number(text);
}

/** Whether Redis answers; without one, bus and limits live in this process and nothing is missing. */
export async function checkCache({ redis, bus }: Services): Promise<CacheHealth> {
  const unknown = { used_memory_mb: null, connected_clients: null, uptime_seconds: null };
  if (!redis) {
    const answer = await probe(() => bus.ping());
    const connected = answer.ok && answer.value;
    const status = connected ? "healthy" : "unhealthy";
    return { status, mode: "in_process", connected, latency_ms: answer.latencyMs, ...unknown };
  }
  const answer = await probe(() => redis.info());
  if (!answer.ok) {
    return { status: "unhealthy", mode: "redis", connected: false, latency_ms: null, ...unknown };
  }
  const bytes = figure(answer.value, "used_memory");
  return {
    status: "healthy",
    mode: "redis",
    connected: true,
    latency_ms: answer.latencyMs,
    used_memory_mb: bytes === null ? null : Math.round((bytes / BYTES_PER_MB) * 100) / 100,
    connected_clients: figure(answer.value, "connected_clients"),
    uptime_seconds: figure(answer.value, "uptime_in_seconds"),
  };
}
