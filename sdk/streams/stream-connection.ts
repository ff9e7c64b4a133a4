import type { ClientFrame } from "../../protocol/wire/stream.ts";
import { AgonError } from "../agon-error.ts";
import type { StreamDefinition } from "./stream-definition.ts";
import { StreamSubscription, streamError } from "./stream-subscription.ts";
import type { WebSocketConstructor, WebSocketLike } from "./web-socket-like.ts";

export interface StreamOptions {
  url: string;
  WebSocket: WebSocketConstructor | undefined;
  /** The session's token, for streams that only its owner may read. */
  token: () => string | null;
  /** Pauses between attempts to connect: the first one, doubling up to the last. */
  baseDelayMs: number;
  maxDelayMs: number;
  /** A connection that says nothing for so long (or three heartbeats, once known) is given up. */
  silenceMs: number;
}

/** Someone who follows a stream. Several may follow one: they share its subscription. */
export interface StreamFollower<State> {
  changed(state: State): void;
  /** A snapshot took the place of what was known. */
  begun(): void;
  failed(error: AgonError): void;
}

interface OpenStream {
  subscription: StreamSubscription<unknown>;
  followers: Set<StreamFollower<unknown>>;
}

const SILENT_HEARTBEATS = 3;
const AUTH_ID = "auth";

/**
 * One WebSocket for all streams of a client. It connects when the first stream is opened, returns by
 * itself after every loss, and goes when the last stream is closed.
 */
export class StreamConnection {
  readonly #options: StreamOptions;
  readonly #streams = new Map<string, OpenStream>();
  #socket: WebSocketLike | null = null;
  #isOpen = false;
  #isAuthenticated = false;
  #failedAttempts = 0;
  #silenceMs: number;
  #silenceTimer: ReturnType<typeof setTimeout> | undefined;
  #reconnectTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#silenceMs = options.silenceMs;
  }

  /** Follows a stream; gives its subscription and the way to stop following. */
  follow<State>(
    definition: StreamDefinition<State>,
    follower: StreamFollower<State>,
  ): { subscription: StreamSubscription<State>; stop: () => void } {
    if (!this.#options.WebSocket) throw new AgonError("websocket_required");
    if (definition.needsSession && this.#options.token() === null) {
      throw new AgonError("unauthenticated");
    }
    const stream = this.#streams.get(definition.stream) ?? this.#open(definition);
    stream.followers.add(follower as StreamFollower<unknown>);
    return {
      subscription: stream.subscription as StreamSubscription<State>,
      stop: () => {
        stream.followers.delete(follower as StreamFollower<unknown>);
        if (stream.followers.size === 0) this.#drop(stream);
      },
    };
  }

  /** Ends every stream, and the connection with them. */
  close(): void {
    for (const { subscription } of [...this.#streams.values()]) {
      subscription.fail(new AgonError("stream_closed"));
    }
    this.#streams.clear();
    this.#disconnect();
  }

  #open<State>(definition: StreamDefinition<State>): OpenStream {
    const followers: OpenStream["followers"] = new Set();
    const subscription = new StreamSubscription<State>(definition, {
      changed: (state) => {
        for (const follower of [...followers]) follower.changed(state);
      },
      begun: () => {
        for (const follower of [...followers]) follower.begun();
      },
      failed: (error) => {
        this.#drop(stream);
        for (const follower of [...followers]) follower.failed(error);
      },
      reconnect: () => this.#lose(),
    }) as unknown as StreamSubscription<unknown>;
    const stream: OpenStream = { subscription, followers };
    this.#streams.set(definition.stream, stream);
    if (this.#isOpen) this.#begin(stream);
    else if (this.#socket === null && this.#reconnectTimer === undefined) this.#connect();
    return stream;
  }

  #drop({ subscription }: OpenStream): void {
    const { stream } = subscription.definition;
    if (this.#streams.get(stream)?.subscription !== subscription) return;
    this.#streams.delete(stream);
    if (this.#streams.size === 0) this.#disconnect();
    else if (this.#isOpen) this.#send({ op: "unsubscribe", stream });
  }

  #connect(): void {
    const { WebSocket, url } = this.#options;
    if (!WebSocket) return;
    const socket = new WebSocket(url);
    this.#socket = socket;
    const whileCurrent = (act: () => void) => {
      if (this.#socket === socket) act();
    };
    socket.addEventListener("open", () => whileCurrent(() => this.#opened()));
    socket.addEventListener("message", ({ data }) => whileCurrent(() => this.#received(data)));
    socket.addEventListener("close", () => whileCurrent(() => this.#lose()));
    // A close follows every error; without a listener some implementations throw.
    socket.addEventListener("error", () => {});
    this.#heard();
  }

  #opened(): void {
    this.#isOpen = true;
    this.#isAuthenticated = false;
    this.#heard();
    const token = this.#options.token();
    if (token !== null) this.#send({ op: "auth", token, id: AUTH_ID });
    for (const stream of this.#streams.values()) {
      if (!stream.subscription.definition.needsSession) this.#begin(stream);
    }
  }

  /** Takes a stream up; one that needs a session waits until the connection has it. */
  #begin({ subscription }: OpenStream): void {
    if (subscription.failure !== null) return;
    if (subscription.definition.needsSession && !this.#isAuthenticated) {
      const token = this.#options.token();
      if (token === null) subscription.fail(new AgonError("unauthenticated"));
      else this.#send({ op: "auth", token, id: AUTH_ID });
      return;
    }
    subscription.connected((frame) => this.#send(frame));
  }

  #received(data: unknown): void {
    this.#heard();
    const frame = parseFrame(data);
    // What is no frame belongs to an unknown stream; that stream's next frame shows the gap.
    if (frame === null) return;
    this.#failedAttempts = 0;
    if (frame.type === "welcome") this.#welcomed(frame);
    else if (frame.type === "heartbeat") this.#heartbeat(frame);
    else if (frame.type === "authenticated") this.#authenticated();
    else if (frame.type === "error" && frame["id"] === AUTH_ID) this.#refused(frame);
    else this.#streams.get(String(frame["stream"]))?.subscription.take(frame);
  }

  #welcomed(frame: Record<string, unknown>): void {
    const heartbeatMs = frame["heartbeatMs"];
    if (typeof heartbeatMs !== "number" || heartbeatMs <= 0) return;
    this.#silenceMs = Math.min(this.#options.silenceMs, heartbeatMs * SILENT_HEARTBEATS);
    this.#heard();
  }

  #heartbeat(frame: Record<string, unknown>): void {
    const positions = (frame["streams"] ?? {}) as Record<string, number>;
    for (const [name, stream] of this.#streams) {
      const { subscription } = stream;
      // The answer to `auth` is missing: asked again.
      if (subscription.definition.needsSession && !this.#isAuthenticated) this.#begin(stream);
      else subscription.heartbeat(positions[name]);
    }
  }

  #authenticated(): void {
    if (this.#isAuthenticated) return;
    this.#isAuthenticated = true;
    for (const stream of this.#streams.values()) {
      if (stream.subscription.definition.needsSession) this.#begin(stream);
    }
  }

  /** The server does not take our session: what needs one ends. */
  #refused(frame: Record<string, unknown>): void {
    const error = streamError(frame);
    for (const { subscription } of [...this.#streams.values()]) {
      if (subscription.definition.needsSession) subscription.fail(error);
    }
  }

  /** Gives the connection up and comes back after a pause, as long as anything is followed. */
  #lose(): void {
    this.#disconnect();
    if (this.#streams.size === 0) return;
    const { baseDelayMs, maxDelayMs } = this.#options;
    const fullMs = Math.min(maxDelayMs, baseDelayMs * 2 ** this.#failedAttempts++);
    const delayMs = fullMs / 2 + (Math.random() * fullMs) / 2;
    this.#reconnectTimer = setTimeout(() => {
      this.#reconnectTimer = undefined;
      this.#connect();
    }, delayMs);
  }

  #disconnect(): void {
    clearTimeout(this.#silenceTimer);
    clearTimeout(this.#reconnectTimer);
    this.#reconnectTimer = undefined;
    const socket = this.#socket;
    this.#socket = null;
    this.#isOpen = false;
    for (const { subscription } of this.#streams.values()) subscription.disconnected();
    socket?.close();
  }

  /** Something was heard, so the silence starts anew. */
  #heard(): void {
    clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(() => this.#lose(), this.#silenceMs);
  }

  #send(frame: ClientFrame): void {
    if (this.#isOpen) this.#socket?.send(JSON.stringify(frame));
  }
}

function parseFrame(data: unknown): ({ type: string } & Record<string, unknown>) | null {
  try {
    const frame: unknown = JSON.parse(String(data));
    if (typeof frame !== "object" || frame === null || !("type" in frame)) return null;
    return typeof frame.type === "string" ? { ...frame, type: frame.type } : null;
  } catch {
    return null;
  }
}
