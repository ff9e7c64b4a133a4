import type { ClientFrame } from "../../protocol/wire/stream-request.ts";
import { AgonError } from "../agon-error.ts";
import { backoffMs } from "../retry.ts";
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
  /** A snapshot took the place of what was known; `previous` is null when nothing was. */
  begun(state: State, previous: State | null): void;
  failed(error: AgonError): void;
}

interface OpenStream {
  subscription: StreamSubscription<unknown>;
  followers: Set<StreamFollower<unknown>>;
  /** Signed in anew for it, after the server said that nobody is; until something comes. */
  isSignedInAnew: boolean;
}

const SILENT_HEARTBEATS = 3;
/** On `unsubscribe`: what the server answers to it concerns no stream that was opened since. */
const UNSUBSCRIBE_ID = "unsubscribe";
/** With these the server ends a stream whose session or key has ended. */
const SESSION_ENDED: unknown[] = ["session_expired", "api_key_expired", "api_key_revoked"];

/**
 * One WebSocket for all streams of a client. It connects when the first stream is opened, returns by
 * itself after every loss, and goes when the last stream is closed.
 */
export class StreamConnection {
  readonly #options: StreamOptions;
  readonly #streams = new Map<string, OpenStream>();
  #socket: WebSocketLike | null = null;
  #isOpen = false;
  #openedAtMs = 0;
  /** The token that the connection is signed in with. */
  #signedInWith: string | null = null;
  /** The last `auth` that was sent; answers to former ones say nothing any more. */
  #asked: { id: string; token: string } | null = null;
  #authCount = 0;
  #failedAttempts = 0;
  #silenceMs: number;
  #silenceTimer: ReturnType<typeof setTimeout> | undefined;
  #reconnectTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#silenceMs = options.silenceMs;
  }

  /** The pauses between attempts, for what is asked beside the streams too. */
  get pauses(): Pick<StreamOptions, "baseDelayMs" | "maxDelayMs"> {
    return this.#options;
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
      begun: (state, previous) => {
        for (const follower of [...followers]) follower.begun(state, previous);
      },
      failed: (error) => {
        this.#forget(stream);
        for (const follower of [...followers]) follower.failed(error);
      },
      reconnect: () => this.#lose(),
    }) as unknown as StreamSubscription<unknown>;
    const stream: OpenStream = { subscription, followers, isSignedInAnew: false };
    this.#streams.set(definition.stream, stream);
    if (this.#isOpen) this.#begin(stream);
    else if (this.#socket === null && this.#reconnectTimer === undefined) this.#connect();
    return stream;
  }

  /** Nobody follows the stream any more. */
  #drop(stream: OpenStream): void {
    if (!this.#forget(stream) || !this.#isOpen) return;
    const name = stream.subscription.definition.stream;
    this.#send({ op: "unsubscribe", stream: name, id: UNSUBSCRIBE_ID });
  }

  /** Without a word to the server, which has ended the stream itself; false: it was forgotten before. */
  #forget({ subscription }: OpenStream): boolean {
    const { stream } = subscription.definition;
    if (this.#streams.get(stream)?.subscription !== subscription) return false;
    this.#streams.delete(stream);
    if (this.#streams.size === 0) this.#disconnect();
    return true;
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
    this.#openedAtMs = performance.now();
    this.#heard();
    const token = this.#options.token();
    if (token !== null) this.#signIn(token);
    for (const stream of this.#streams.values()) {
      if (!stream.subscription.definition.needsSession) this.#begin(stream);
    }
  }

  /** Takes a stream up; one that needs a session waits until the connection has the present one. */
  #begin({ subscription }: OpenStream): void {
    if (subscription.failure !== null) return;
    if (subscription.definition.needsSession && !this.#isSignedIn()) {
      const token = this.#options.token();
      if (token === null) subscription.fail(new AgonError("unauthenticated"));
      else this.#signIn(token);
      return;
    }
    subscription.connected((frame) => this.#send(frame));
  }

  #isSignedIn(): boolean {
    return this.#signedInWith !== null && this.#signedInWith === this.#options.token();
  }

  /** Not after a sign-out: that the session has ended is the server's to say. */
  #wantsSignIn(): boolean {
    const isOut = this.#options.token() === null && this.#signedInWith !== null;
    return !isOut && !this.#isSignedIn();
  }

  #signIn(token: string): void {
    if (this.#asked?.token !== token) this.#asked = { id: `auth-${++this.#authCount}`, token };
    this.#send({ op: "auth", token, id: this.#asked.id });
  }

  #received(data: unknown): void {
    this.#heard();
    const frame = parseFrame(data);
    // What is no frame belongs to an unknown stream; that stream's next frame shows the gap.
    if (frame === null) return;
    const id = frame["id"];
    if (frame.type === "welcome") this.#welcomed(frame);
    else if (frame.type === "heartbeat") this.#heartbeat(frame);
    else if (frame.type === "authenticated") this.#authenticated(id);
    else if (frame.type === "error" && String(id).startsWith("auth-")) this.#refused(frame);
    else if (id !== UNSUBSCRIBE_ID) {
      const stream = this.#streams.get(String(frame["stream"]));
      if (stream && !(frame.type === "error" && this.#signsInAnew(stream, frame["code"]))) {
        this.#take(stream, frame);
      }
    }
  }

  #take(stream: OpenStream, frame: { type: string } & Record<string, unknown>): void {
    const { subscription } = stream;
    const { lastSeq } = subscription;
    if (frame.type !== "error") stream.isSignedInAnew = false;
    subscription.take(frame);
    // A snapshot alone does not prove that the connection works: it may end by that very load.
    if (frame.type !== "snapshot" && subscription.lastSeq > lastSeq) this.#failedAttempts = 0;
  }

  /**
   * The server says on a stream that its session is none: whether another attempt to sign in may help, as with
   * a token that the client has got since.
   */
  #signsInAnew(stream: OpenStream, code: unknown): boolean {
    const isEnded = SESSION_ENDED.includes(code);
    if (!stream.subscription.definition.needsSession) return false;
    if (!isEnded && code !== "unauthenticated") return false;
    const isKnown = this.#isSignedIn();
    this.#signedInWith = null;
    // The present session itself has ended: what refused it would refuse it again.
    if ((isEnded && isKnown) || stream.isSignedInAnew) return false;
    if (this.#options.token() === null) return false;
    stream.isSignedInAnew = true;
    this.#begin(stream);
    return true;
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
      // The answer to `auth` is missing, or the client has another token by now.
      if (subscription.definition.needsSession && this.#wantsSignIn()) this.#begin(stream);
      else subscription.heartbeat(positions[name]);
    }
  }

  #authenticated(id: unknown): void {
    if (this.#asked === null || id !== this.#asked.id) return;
    this.#signedInWith = this.#asked.token;
    this.#asked = null;
    for (const stream of this.#streams.values()) {
      if (stream.subscription.definition.needsSession) this.#begin(stream);
    }
  }

  /** The server does not take our session: what needs one ends. */
  #refused(frame: Record<string, unknown>): void {
    if (frame["id"] !== this.#asked?.id) return;
    this.#asked = null;
    const error = streamError(frame);
    // No word on the session: the next heartbeat brings the next attempt.
    if (error.code === "rate_limited" || (error.status ?? 0) >= 500) return;
    for (const stream of [...this.#streams.values()]) {
      const { subscription } = stream;
      if (!subscription.definition.needsSession) continue;
      // Under a former session the server has it still.
      if (this.#signedInWith !== null) this.#drop(stream);
      subscription.fail(error);
    }
  }

  /** Gives the connection up and comes back after a pause, as long as anything is followed. */
  #lose(): void {
    const { maxDelayMs } = this.#options;
    // One that brought nothing and stood no longer than the longest pause has failed, although it was greeted.
    const hasStood = this.#isOpen && performance.now() - this.#openedAtMs > maxDelayMs;
    this.#disconnect();
    if (this.#streams.size === 0) return;
    this.#failedAttempts = hasStood ? 1 : this.#failedAttempts + 1;
    const delayMs = backoffMs(this.#options, this.#failedAttempts);
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
    this.#signedInWith = null;
    this.#asked = null;
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
