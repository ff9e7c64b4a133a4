import { prose } from "./html.ts";
import type { OpenApiDocument } from "./openapi.ts";

interface FrameSchema {
  description?: string;
  properties?: { op?: { enum?: string[] }; type?: { enum?: string[] }; kind?: { enum?: string[] } };
  oneOf?: { $ref: string }[];
  anyOf?: { $ref: string }[];
}

const CLIENT = "WsClientFrame";
const SERVER = "WsServerFrame";

/** The names of the frames that a union holds, through unions within it. */
function membersOf(name: string, schemas: Record<string, FrameSchema>): string[] {
  const schema = schemas[name];
  const references = schema?.oneOf ?? schema?.anyOf;
  if (!references) return [name];
  return references.flatMap(({ $ref }) => membersOf($ref.split("/").at(-1) ?? "", schemas));
}

function rowsOf(names: readonly string[], schemas: Record<string, FrameSchema>): string {
  const rows = names.map((name) => {
    const { description = "", properties = {} } = schemas[name] ?? {};
    const [word = ""] = (properties.op ?? properties.type ?? properties.kind)?.enum ?? [];
    return `<tr><td><code>${word}</code></td><td><a href="#schema-${name}">${name}</a></td><td>${prose(description)}</td></tr>`;
  });
  return `<table>${rows.join("")}</table>`;
}

/** The section on `/ws`: what a client sends, what it gets, and how streams keep their place. */
export function websocketHtml(document: OpenApiDocument): string {
  const schemas = (document.components?.schemas ?? {}) as Record<string, FrameSchema>;
  const changes = Object.keys(schemas).filter((name) => /^Ws\w+Change$/.test(name));
  return `<h2 id="websocket">WebSocket</h2>
<p>${prose("Connect to `/ws` and send one JSON object to a message. The streams and their names, limits and close codes are at `streams` of GET /v1/exchange. Every change has `seq` and `prev`: when `prev` is not the last `seq` that you have, `resume` from that one, or `subscribe` again for a snapshot.")}</p>
<p>From <a href="/asyncapi.json">/asyncapi.json</a>, an AsyncAPI 3 document.</p>
<h3>A client sends (<code>op</code>)</h3>${rowsOf(membersOf(CLIENT, schemas), schemas)}
<h3>The server sends (<code>type</code>)</h3>${rowsOf(membersOf(SERVER, schemas), schemas)}
<h3>Changes of an account (<code>change.kind</code>)</h3>${rowsOf(changes, schemas)}`;
}
