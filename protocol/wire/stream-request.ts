import { z } from "zod";
import { countSchema } from "./scalar.ts";

/** What a client's messages cost of the points that its connection and its address have a second. */
export const WS_MESSAGE_POINTS = {
  /** Each message costs a point, and one more for each so many bytes of it. */
  bytesPerPoint: 1024,
  /** Beyond that, by what it asks for. */
  operations: { subscribe: 4, resume: 4, auth: 4, unsubscribe: 0, ping: 0 },
} as const;

/** A client's own name for a frame that it sends; it comes back in the reply. */
export const requestIdSchema = z.union([z.string().max(64), z.int()]).optional();
const streamName = z.string().min(1).max(96);

export const subscribeFrameSchema = z
  .strictObject({ op: z.literal("subscribe"), stream: streamName, id: requestIdSchema })
  .meta({
    id: "WsSubscribe",
    description:
      "Follow a stream: a snapshot comes first, then every change. Sent again, it brings a new snapshot.",
  });

export const unsubscribeFrameSchema = z
  .strictObject({ op: z.literal("unsubscribe"), stream: streamName, id: requestIdSchema })
  .meta({ id: "WsUnsubscribe", description: "Answered by `unsubscribed`." });

export const resumeFrameSchema = z
  .strictObject({
    op: z.literal("resume"),
    stream: streamName,
    after: countSchema.meta({ description: "The last `seq` that the client has." }),
    id: requestIdSchema,
  })
  .meta({
    id: "WsResume",
    description:
      "As `subscribe`, but instead of a snapshot: `resumed`, then the frames with `seq` above `after`. When the log does not reach back that far: an `error` with `stream_too_old`, and then a snapshot by itself.",
  });

export const pingFrameSchema = z
  .strictObject({ op: z.literal("ping"), id: requestIdSchema })
  .meta({ id: "WsPing", description: "Answered by `pong`." });

export const authFrameSchema = z
  .strictObject({
    op: z.literal("auth"),
    token: z.string().min(1).max(256).meta({ description: "As POST /v1/auth/login gave it." }),
    id: requestIdSchema,
  })
  .meta({
    id: "WsAuth",
    description:
      "Sign the connection in; answered by `authenticated`. As another account: the former one's `account` stream ends with an `error` of code `account_changed`. A bearer token or cookie of the upgrade request does the same.",
  });

/** What a client may send. */
export const clientFrameSchema = z
  .discriminatedUnion("op", [
    subscribeFrameSchema,
    unsubscribeFrameSchema,
    resumeFrameSchema,
    pingFrameSchema,
    authFrameSchema,
  ])
  .meta({
    id: "WsClientFrame",
    description: "What a client may send. The `id` of a frame comes back in the reply to it.",
  });

export type ClientFrame = z.infer<typeof clientFrameSchema>;
