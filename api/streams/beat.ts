import type { ApiMetrics } from "../http/api-metrics.ts";
import type { StreamHub } from "./stream-hub.ts";

/** To every connection: where its streams stand, and a probe. Sessions that are over end here. */
export function beat({ hub, metrics }: { hub: StreamHub; metrics: ApiMetrics }): void {
  const timeMs = Date.now();
  let subscriptions = 0;
  for (const connection of hub.connections()) {
    const own = connection.session;
    if (own && (own.session.expiresAtMs ?? Number.POSITIVE_INFINITY) <= timeMs) {
      hub.endSession(own.session.id);
    }
    subscriptions += connection.subscriptions.size;
    const streams: Record<string, number> = {};
    for (const [stream, { lastSeq, held }] of connection.subscriptions) {
      if (held === null) streams[stream] = lastSeq;
    }
    connection.send({ type: "heartbeat", timeMs, streams });
    connection.probe();
  }
  metrics.wsSubscriptions.set(subscriptions);
}
