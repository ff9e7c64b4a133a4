import { ERRORS } from "../../protocol/errors.ts";
import { websocketHtml } from "./docs-websocket.ts";
import { escapeHtml, prose } from "./html.ts";
import type { OpenApiDocument } from "./openapi.ts";

interface Operation {
  operationId: string;
  summary: string;
  description?: string;
  tags: string[];
  parameters?: { name: string; in: string; required?: boolean; schema: unknown }[];
  requestBody?: { content: Record<string, { schema: unknown }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: unknown }> }>;
  security?: Record<string, unknown>[];
  "x-codeSamples"?: { source: string }[];
}

interface ParameterSchema {
  type?: string | string[];
  enum?: unknown[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  default?: unknown;
  description?: string;
}

/** A schema in JSON, with references as links. */
function schemaHtml(schema: unknown): string {
  const text = escapeHtml(JSON.stringify(schema, null, 2) ?? "");
  return text.replaceAll(
    /&quot;#\/components\/schemas\/([A-Za-z0-9]+)&quot;/g,
    '<a href="#schema-$1">$1</a>',
  );
}

function details(title: string, schema: unknown): string {
  return `<details><summary>${title}</summary><pre>${schemaHtml(schema)}</pre></details>`;
}

function accessOf(operation: Operation): string {
  const security = operation.security ?? [];
  if (security.length === 0) return "open to all";
  const scope = security.flatMap((one) => (one["apiKey"] as string[] | undefined) ?? [])[0];
  const key = scope === undefined ? "" : `, or an API key that may ${scope}`;
  const isOptional = security.some((one) => Object.keys(one).length === 0);
  return `${isOptional ? "session optional" : "session"}${key}`;
}

function parametersHtml(operation: Operation): string {
  const parameters = operation.parameters ?? [];
  if (parameters.length === 0) return "";
  const rows = parameters.map(
    ({ name, in: where, required, schema }) =>
      `<tr><td><code>${escapeHtml(name)}</code></td><td>${where}${required ? ", required" : ""}</td><td>${parameterHtml(schema as ParameterSchema)}</td></tr>`,
  );
  return `<table>${rows.join("")}</table>`;
}

/** What a parameter may be, in words. */
function parameterHtml(schema: ParameterSchema): string {
  const { type, enum: values, pattern, minimum, maximum, default: usual, description } = schema;
  const kind = values
    ? values.map((value) => `<code>${escapeHtml(String(value))}</code>`).join(" | ")
    : escapeHtml([type].flat().join(" or "));
  const range = minimum === undefined ? "" : ` ${minimum} … ${maximum ?? ""}`;
  const shape = pattern === undefined ? "" : ` <code>${escapeHtml(pattern)}</code>`;
  const initial =
    usual === undefined ? "" : `, <code>${escapeHtml(String(usual))}</code> if absent`;
  const sentence = description === undefined ? "" : `<br>${prose(description)}`;
  return `${kind}${range}${shape}${initial}${sentence}`;
}

function exampleHtml({ "x-codeSamples": [sample] = [] }: Operation): string {
  if (!sample) return "";
  return `<details><summary>Example</summary><pre>${escapeHtml(sample.source)}</pre></details>`;
}

function operationHtml(method: string, path: string, operation: Operation): string {
  const bodies = Object.values(operation.requestBody?.content ?? {});
  const responses = Object.entries(operation.responses).map(
    ([status, { description, content }]) => {
      const schema = Object.values(content ?? {})[0]?.schema;
      const title = `<b>${status}</b> ${prose(description)}`;
      return schema === undefined ? `<p>${title}</p>` : details(title, schema);
    },
  );
  return `<section id="${operation.operationId}">
<h3><code>${method.toUpperCase()} ${escapeHtml(path)}</code></h3>
<p>${prose(operation.summary)}. <i>${accessOf(operation)}</i></p>
${operation.description ? `<p>${prose(operation.description)}</p>` : ""}
${parametersHtml(operation)}
${exampleHtml(operation)}
${bodies.map(({ schema }) => details("Body", schema)).join("")}
${responses.join("")}
</section>`;
}

function errorsHtml(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, [status, title, mend]]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${prose(title)}</td><td>${prose(mend)}</td></tr>`,
  );
  return `<table><tr><th>code</th><th>status</th><th>what</th><th>mend</th></tr>${rows.join("")}</table>`;
}

const STYLE = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
code,pre{font:14px/1.4 ui-monospace,monospace}pre{overflow:auto;padding:.5rem;border:1px solid #8884;border-radius:6px}
section{border-top:1px solid #8884;padding:.5rem 0}h3{margin:.5rem 0}table{border-collapse:collapse;width:100%}
td,th{text-align:left;vertical-align:top;padding:.25rem .5rem;border-bottom:1px solid #8883}summary{cursor:pointer}
nav{position:sticky;top:0;background:Canvas;padding:.5rem 0;border-bottom:1px solid #8884}
nav a{margin-right:.75rem;white-space:nowrap}section,h2,tr{scroll-margin-top:4rem}`;

/** A readable page of the whole document; loads nothing from anywhere. */
export function docsPage(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, value]) => ({ method, path, ...(value as Operation) })),
  );
  const byTag = Map.groupBy(operations, ({ tags }) => tags[0] ?? "other");
  const nav = [...byTag.keys()]
    .map((tag) => `<a href="#tag-${tag}">${escapeHtml(tag)}</a>`)
    .join("");
  const sections = [...byTag].map(
    ([tag, group]) =>
      `<h2 id="tag-${tag}">${escapeHtml(tag)}</h2>${group.map((one) => operationHtml(one.method, one.path, one)).join("")}`,
  );
  const schemas = Object.entries(document.components?.schemas ?? {}).map(
    ([name, schema]) =>
      `<section id="schema-${name}"><h3>${name}</h3><pre>${schemaHtml(schema)}</pre></section>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(document.info.title)}</title>
<meta name="viewport" content="width=device-width"><style>${STYLE}</style></head><body>
<h1>${escapeHtml(document.info.title)} <small>${document.info.version}</small></h1>
<p>From <a href="/openapi.json">/openapi.json</a>; the websocket from <a href="/asyncapi.json">/asyncapi.json</a>. Contracts, signing, units, limits and a step-by-step guide: <a href="/v1/exchange">/v1/exchange</a>.</p>
<nav>${nav}<a href="#websocket">WebSocket</a><a href="#errors">errors</a><a href="#schemas">schemas</a></nav>
${sections.join("")}
${websocketHtml(document)}
<h2 id="errors">errors</h2>${errorsHtml()}
<h2 id="schemas">schemas</h2>${schemas.join("")}
</body></html>`;
}
