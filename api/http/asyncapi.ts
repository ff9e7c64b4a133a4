import { z } from "zod";
import { CANDLE_INTERVALS } from "../../protocol/candle.ts";
import { WS_CLOSE_CODES } from "../../protocol/wire/close-codes.ts";
import {
  authenticatedFrameSchema,
  errorFrameSchema,
  heartbeatFrameSchema,
  pongFrameSchema,
  resumedFrameSchema,
  serverFrameSchema,
  unsubscribedFrameSchema,
  welcomeFrameSchema,
} from "../../protocol/wire/stream.ts";
import { STREAM_KINDS, type StreamKind } from "../../protocol/wire/stream-catalogue.ts";
import {
  authFrameSchema,
  clientFrameSchema,
  pingFrameSchema,
  resumeFrameSchema,
  subscribeFrameSchema,
  unsubscribeFrameSchema,
} from "../../protocol/wire/stream-request.ts";
import { SERVICE_NAME, SERVICE_VERSION } from "../config.ts";

type Json = Record<string, unknown>;
type Reference = { $ref: string };

/** The AsyncAPI document, as far as its readers here care. */
export interface AsyncApiDocument {
  asyncapi: string;
  info: Json;
  servers: Json;
  channels: Record<string, { address: string; messages: Record<string, Reference> }>;
  operations: Record<string, Operation>;
  components: { messages: Record<string, Message>; schemas: Json; securitySchemes: Json };
}

interface Message {
  title: string;
  description: string;
  contentType: "application/json";
  payload: Reference;
}

/** `receive`: what the server takes; `send`: what it sends unasked. */
interface Operation {
  action: "receive" | "send";
  channel: Reference;
  summary: string;
  messages: Reference[];
  reply?: { messages: Reference[] };
  security?: Reference[];
}

const DESCRIPTION = `All streams share one websocket at /ws; a message is one JSON object in a text frame. A channel's address is
the name of the stream, as \`subscribe\` takes it; frames of the channel \`connection\` belong to none. Every change carries
\`seq\` and \`prev\`: when \`prev\` is not the last \`seq\` that you have, send \`resume\` with that one, or \`subscribe\` again for a snapshot.
A client says who it is by \`auth\`, or by a bearer token or the session cookie of the upgrade request. An \`id\` of the client's
comes back in the reply. Limits are those of GET /v1/exchange; \`x-close-codes\` tells why the server hangs up.`;

const CONNECTION = "connection";

function idOf(schema: z.ZodType): string {
  return schema.meta()?.id as string;
}

function channelRef(channel: string): Reference {
  return { $ref: `#/channels/${channel}` };
}

function messageRef(channel: string, schema: z.ZodType): Reference {
  return { $ref: `#/channels/${channel}/messages/${idOf(schema)}` };
}

/** The JSON schemas of all frames, by their ids, from the very schemas that check them. */
function frameSchemas(): Record<string, Json> {
  const schemas: Record<string, Json> = {};
  for (const root of [clientFrameSchema, serverFrameSchema]) {
    // As input: a client must not refuse a frame for a field that it does not know yet.
    const {
      definitions,
      $schema: _,
      ...own
    } = z.toJSONSchema(root, {
      target: "draft-7",
      io: "input",
    });
    const all = { ...(definitions as Record<string, Json>), [idOf(root)]: own };
    const text = JSON.stringify(all).replaceAll("#/definitions/", "#/components/schemas/");
    Object.assign(schemas, JSON.parse(text));
  }
  return schemas;
}

const CONNECTION_FRAMES = [
  authFrameSchema,
  authenticatedFrameSchema,
  pingFrameSchema,
  pongFrameSchema,
  welcomeFrameSchema,
  heartbeatFrameSchema,
  errorFrameSchema,
];

/** Frames that any stream has, besides its own two. */
const STREAM_FRAMES = [
  subscribeFrameSchema,
  resumeFrameSchema,
  unsubscribeFrameSchema,
  resumedFrameSchema,
  unsubscribedFrameSchema,
  errorFrameSchema,
];

function channelMessages(frames: readonly z.ZodType[]): Record<string, Reference> {
  return Object.fromEntries(
    frames.map((frame) => [idOf(frame), { $ref: `#/components/messages/${idOf(frame)}` }]),
  );
}

function connectionOperations(): Record<string, Operation> {
  const channel = channelRef(CONNECTION);
  const ref = (schema: z.ZodType) => messageRef(CONNECTION, schema);
  const asked = (summary: string, frame: z.ZodType, reply: z.ZodType): Operation => ({
    action: "receive",
    channel,
    summary,
    messages: [ref(frame)],
    reply: { messages: [ref(reply), ref(errorFrameSchema)] },
  });
  const told = (summary: string, frame: z.ZodType): Operation => ({
    action: "send",
    channel,
    summary,
    messages: [ref(frame)],
  });
  return {
    auth: asked("Sign the connection in.", authFrameSchema, authenticatedFrameSchema),
    ping: asked("Ask for a sign of life.", pingFrameSchema, pongFrameSchema),
    welcome: told("First frame of every connection.", welcomeFrameSchema),
    heartbeat: told("Where every stream of the connection stands.", heartbeatFrameSchema),
    error: told("A refusal that belongs to no stream.", errorFrameSchema),
  };
}

function streamOperations(key: string, kind: StreamKind): Record<string, Operation> {
  const channel = channelRef(key);
  const ref = (schema: z.ZodType) => messageRef(key, schema);
  const security = kind.needsSession
    ? {
        security: ["bearer", "cookie"].map((scheme) => ({
          $ref: `#/components/securitySchemes/${scheme}`,
        })),
      }
    : {};
  const asked = (summary: string, frame: z.ZodType, reply: z.ZodType): Operation => ({
    action: "receive",
    channel,
    summary,
    messages: [ref(frame)],
    reply: { messages: [ref(reply), ref(errorFrameSchema)] },
    ...security,
  });
  return {
    [`subscribe.${key}`]: asked("Follow from now on.", subscribeFrameSchema, kind.snapshot),
    [`resume.${key}`]: asked(
      "Follow from where one was. An `error` of code `stream_too_old` is followed by a snapshot.",
      resumeFrameSchema,
      resumedFrameSchema,
    ),
    [`unsubscribe.${key}`]: asked("Leave.", unsubscribeFrameSchema, unsubscribedFrameSchema),
    [`publish.${key}`]: {
      action: "send",
      channel,
      summary: "A change; or a snapshot, when the server lost its place; or the end of the stream.",
      messages: [ref(kind.frame), ref(kind.snapshot), ref(errorFrameSchema)],
      ...security,
    },
  };
}

/** Parameters of a stream's name: `book:<slug>` has the address `book:{slug}`. */
function addressOf({ name }: StreamKind): { address: string; parameters?: Json } {
  const names = [...name.matchAll(/<(\w+)>/g)].map(([, parameter]) => parameter as string);
  const address = name.replaceAll(/<(\w+)>/g, "{$1}");
  if (names.length === 0) return { address };
  const of: Record<string, Json> = {
    slug: { description: "A market's slug." },
    interval: { description: "The width of a candle.", enum: Object.keys(CANDLE_INTERVALS) },
  };
  const parameters = names.map((parameter) => [parameter, of[parameter]]);
  return { address, parameters: Object.fromEntries(parameters) };
}

function server(publicUrl: string): Json {
  const { protocol, host, pathname } = new URL(publicUrl);
  return {
    host,
    pathname: `${pathname.replace(/\/$/, "")}/ws`,
    protocol: protocol === "https:" ? "wss" : "ws",
    description: "One websocket for all streams.",
    "x-close-codes": WS_CLOSE_CODES,
  };
}

function messages(schemas: Record<string, Json>): Record<string, Message> {
  const kinds = Object.values(STREAM_KINDS).flatMap(({ snapshot, frame }) => [snapshot, frame]);
  const frames = [...new Set([...CONNECTION_FRAMES, ...STREAM_FRAMES, ...kinds])];
  return Object.fromEntries(
    frames.map((frame) => {
      const id = idOf(frame);
      const message: Message = {
        title: id,
        description: String(schemas[id]?.["description"] ?? ""),
        contentType: "application/json",
        payload: { $ref: `#/components/schemas/${id}` },
      };
      return [id, message];
    }),
  );
}

/** The AsyncAPI 3 document of `/ws`, at the api's public URL. */
export function asyncApiDocument(site: {
  serverUrl: string;
  cookieName: string;
}): AsyncApiDocument {
  const kinds: [string, StreamKind][] = Object.entries(STREAM_KINDS);
  const schemas = frameSchemas();
  return {
    asyncapi: "3.0.0",
    info: {
      title: `${SERVICE_NAME} streams`,
      version: SERVICE_VERSION,
      description: DESCRIPTION,
      license: { name: "MIT" },
    },
    servers: { public: server(site.serverUrl) },
    channels: Object.fromEntries([
      [CONNECTION, { address: CONNECTION, messages: channelMessages(CONNECTION_FRAMES) }],
      ...kinds.map(([key, kind]) => [
        key,
        {
          ...addressOf(kind),
          description: kind.description,
          messages: channelMessages([...STREAM_FRAMES, kind.snapshot, kind.frame]),
        },
      ]),
    ]),
    operations: Object.assign(
      connectionOperations(),
      ...kinds.map(([key, kind]) => streamOperations(key, kind)),
    ),
    components: {
      messages: messages(schemas),
      schemas,
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer" },
        cookie: { type: "httpApiKey", in: "cookie", name: site.cookieName },
      },
    },
  };
}
