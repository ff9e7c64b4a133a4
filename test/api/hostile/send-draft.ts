import { Agent, type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import type { Draft } from "./draft.ts";

const TIMEOUT_MS = 20_000;
const VISIBLE = /^[\x21-\x7e]+$/;

/** A reply as far as it is judged. `status` 0: the connection ended without one. */
export interface HostileReply {
  status: number;
  type: string;
  headers: string;
  text: string;
}

/** What goes out, in words: enough to send it again. */
export function describeDraft(draft: Draft): string {
  const { bearer, bytes, raw } = draft;
  if (bytes) return JSON.stringify(bytes.toString("latin1"));
  const body = bodyOf(draft);
  const shown = raw
    ? `${raw.length} bytes ${JSON.stringify(raw.toString("latin1").slice(0, 300))}`
    : body;
  return `${draft.method} ${targetOf(draft)} ${JSON.stringify(draft.headers)} ${bearer ? `${bearer.by} ${bearer.token}` : "nobody"} ${String(shown ?? "").slice(0, 3_000)}`;
}

function bodyOf({ raw, body }: Draft): string | Buffer | undefined {
  return raw ?? (body === undefined ? undefined : JSON.stringify(body));
}

function targetOf({ path, query }: Draft): string {
  const pairs = query.map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value.toWellFormed())}`,
  );
  return pairs.length === 0 ? path : `${path}?${pairs.join("&")}`;
}

function headersOf({ headers, bearer }: Draft): Record<string, string> {
  if (bearer === null) return headers;
  if (bearer.by === "bearer") return { Authorization: `Bearer ${bearer.token}`, ...headers };
  return { Cookie: `agon_session=${bearer.token}`, ...headers };
}

/** Sends drafts to one api over a few connections that are kept. */
export class DraftSender {
  readonly #url: URL;
  readonly #agent: Agent;

  constructor(apiUrl: string, sockets: number) {
    this.#url = new URL(apiUrl);
    this.#agent = new Agent({ keepAlive: true, maxSockets: sockets });
  }

  async send(draft: Draft): Promise<HostileReply> {
    if (draft.bytes) return this.#sendBytes(draft.bytes);
    // The answer may come, and the connection go, before all of the request is out: so it is asked again, whole.
    return this.#send(draft).catch(() => this.#sendBytes(asBytes(draft)));
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(draft: Draft): Promise<HostileReply> {
    const target = targetOf(draft);
    if (!VISIBLE.test(target)) return this.#sendBytes(asBytes(draft));
    const body = bodyOf(draft);
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          host: this.#url.hostname,
          port: this.#url.port,
          agent: this.#agent,
          method: draft.method,
          path: target,
          headers: {
            ...headersOf(draft),
            ...(body === undefined ? {} : { "Content-Length": Buffer.byteLength(body) }),
          },
          timeout: TIMEOUT_MS,
        },
        (reply) => resolve(read(reply)),
      );
      outgoing.on("timeout", () => outgoing.destroy(new Error("no answer in time")));
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  }

  #sendBytes(bytes: Buffer): Promise<HostileReply> {
    return new Promise((resolve) => {
      const chunks: Buffer[] = [];
      const { hostname, port } = this.#url;
      const socket = connect({ host: hostname, port: Number(port) });
      const timer = setTimeout(() => socket.destroy(), TIMEOUT_MS);
      socket.on("data", (chunk) => chunks.push(chunk));
      socket.on("error", () => {}); // a reset after the reply is the server's right
      socket.on("close", () => {
        clearTimeout(timer);
        resolve(parsed(Buffer.concat(chunks).toString("utf8")));
      });
      socket.end(bytes);
    });
  }
}

async function read(reply: IncomingMessage): Promise<HostileReply> {
  const chunks: Buffer[] = [];
  for await (const chunk of reply) chunks.push(chunk);
  return {
    status: reply.statusCode ?? 0,
    type: reply.headers["content-type"] ?? "",
    headers: reply.rawHeaders.join("\n"),
    text: Buffer.concat(chunks).toString("utf8"),
  };
}

function asBytes(draft: Draft): Buffer {
  const body = Buffer.from(bodyOf(draft) ?? "");
  const headers = { Host: "a", ...headersOf(draft), "Content-Length": String(body.length) };
  const head = Object.entries({ ...headers, Connection: "close" }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return Buffer.concat([
    Buffer.from([`${draft.method} ${targetOf(draft)} HTTP/1.1`, ...head, "", ""].join("\r\n")),
    body,
  ]);
}

/** The first reply of what a connection gave. */
function parsed(text: string): HostileReply {
  const end = text.indexOf("\r\n\r\n");
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1] ?? 0);
  if (end < 0 || status === 0) return { status: 0, type: "", headers: "", text };
  const headers = text.slice(0, end);
  const type = /^content-type: (.*)$/im.exec(headers)?.[1]?.trim() ?? "";
  const length = /^content-length: (\d+)$/im.exec(headers)?.[1];
  const body = Buffer.from(text.slice(end + 4));
  const own = length === undefined ? body : body.subarray(0, Number(length));
  return { status, type, headers, text: own.toString("utf8") };
}
