import { clientFrameSchema } from "../../protocol/wire/stream-request.ts";
import { REFUSAL_CODE } from "../http/authenticate.ts";
import type { Credentials } from "../sign-in/credentials.ts";
import type { Connection, FrameId } from "./connection.ts";
import type { StreamHub } from "./stream-hub.ts";

export interface FrameDeps {
  hub: StreamHub;
  credentials: Pick<Credentials, "find">;
  maxSubscriptions: number;
  maxSubscriptionsPerAddress: number;
  isReady: () => boolean;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function echo(id: FrameId): { id?: FrameId } {
  return id === undefined ? {} : { id };
}

/** Does what one client frame asks. Every refusal is an error frame with a code. */
export async function handleFrame(
  connection: Connection,
  text: string,
  deps: FrameDeps,
): Promise<void> {
  const json = parse(text);
  if (json === undefined) return connection.sendError("body_malformed");
  const parsed = clientFrameSchema.safeParse(json);
  if (!parsed.success) {
    const detail = parsed.error.issues[0];
    return connection.sendError("validation_failed", {
      detail: `${detail?.path.join(".") || "frame"}: ${detail?.message ?? "invalid"}`,
    });
  }
  const frame = parsed.data;
  if (!connection.budget.takeOperation(frame.op)) {
    const about = "stream" in frame ? { stream: frame.stream } : {};
    return connection.sendError("rate_limited", { ...about, id: frame.id });
  }
  if (frame.op === "ping") {
    return connection.send({ type: "pong", timeMs: Date.now(), ...echo(frame.id) });
  }
  if (frame.op === "auth") return signIn(connection, frame.token, frame.id, deps);
  if (frame.op === "unsubscribe") {
    if (!deps.hub.leave(connection, frame.stream)) {
      return connection.sendError("stream_unknown", { stream: frame.stream, id: frame.id });
    }
    return connection.send({ type: "unsubscribed", stream: frame.stream, ...echo(frame.id) });
  }
  enter(connection, frame, deps);
}

function enter(
  connection: Connection,
  frame: { stream: string; id?: FrameId; after?: number },
  deps: FrameDeps,
): unknown {
  const { stream, id } = frame;
  if (!deps.isReady()) return connection.sendError("engine_unavailable", { stream, id });
  const account = connection.session?.session.account ?? null;
  if (stream === "account" && account === null) {
    return connection.sendError("unauthenticated", { stream, id });
  }
  if (stream === "account" && !connection.session?.session.scopes.includes("read")) {
    return connection.sendError("scope_insufficient", { stream, id });
  }
  const topic = deps.hub.topic(stream, account);
  if (!topic) return connection.sendError("stream_unknown", { stream, id });
  if (!connection.subscriptions.has(stream)) {
    if (connection.subscriptions.size >= deps.maxSubscriptions) {
      return connection.sendError("too_many_subscriptions", { stream, id });
    }
    if (connection.address.subscriptions >= deps.maxSubscriptionsPerAddress) {
      const detail = `All connections of an address together may have ${deps.maxSubscriptionsPerAddress}.`;
      return connection.sendError("too_many_subscriptions", { stream, id, detail });
    }
  }
  if (frame.after === undefined) deps.hub.join(connection, topic, id);
  else deps.hub.resume(connection, topic, frame.after, id);
}

async function signIn(
  connection: Connection,
  token: string,
  id: FrameId,
  { hub, credentials }: FrameDeps,
): Promise<void> {
  const session = await credentials.find(token);
  if (typeof session === "string") return connection.sendError(REFUSAL_CODE[session], { id });
  const before = connection.session?.session;
  // The former account's stream must not go on under the new one's name, nor under a key that may not read.
  const isOther =
    before !== undefined &&
    (before.account !== session.account || !session.scopes.includes("read"));
  if (isOther && hub.leave(connection, "account")) {
    connection.sendError("account_changed", { stream: "account" });
  }
  connection.session = { session };
  const { account, expiresAtMs } = session;
  connection.send({ type: "authenticated", account, expiresAtMs, ...echo(id) });
}
