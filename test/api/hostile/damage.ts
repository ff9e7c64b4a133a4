import { gzipSync } from "node:zlib";
import { BATCH_BODY_BYTES_MAX, BODY_BYTES_MAX, HEADER_BYTES_MAX } from "../../../api/config.ts";
import type { Draft } from "./draft.ts";
import { mutated, oddValue } from "./odd-value.ts";
import type { Source } from "./source.ts";

type Damage = (draft: Draft, source: Source) => void;

const BOMB = gzipSync(Buffer.alloc(30_000_000, 0x20));

function jsonOf(draft: Draft): string {
  return JSON.stringify(draft.body ?? {});
}

function oddText(source: Source): string {
  const value = oddValue(source);
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Damages of what is said, not of how: the request stays well-formed HTTP and JSON. */
export const VALUE_DAMAGES: Record<string, Damage> = {
  bodyValue: (draft, source) => {
    draft.body = mutated(draft.body ?? {}, source);
    draft.headers["Content-Type"] = "application/json";
  },
  bodyValues: (draft, source) => {
    draft.body = mutated(mutated(mutated(draft.body ?? {}, source), source), source);
    draft.headers["Content-Type"] = "application/json";
  },
  otherBody: (draft, source) => {
    draft.body = oddValue(source);
    draft.headers["Content-Type"] = "application/json";
  },
  queryValue: (draft, source) => {
    const [name] = draft.query.length > 0 ? source.pick(draft.query) : ["limit"];
    draft.query = [...draft.query.filter(([one]) => one !== name), [name, oddText(source)]];
  },
  queryUnknown: (draft, source) => {
    const name = source.pick(["colour", "__proto__", "constructor", "account", "limit[]", "a[b]"]);
    draft.query.push([name, oddText(source)]);
  },
  queryTwice: (draft, source) => {
    const [name, value] = draft.query.length > 0 ? source.pick(draft.query) : ["limit", "1"];
    draft.query.push([name, value], [name, value]);
  },
  pathValue: (draft, source) => {
    const parts = draft.path.split("/");
    parts[1 + source.below(parts.length - 1)] = encodeURIComponent(
      oddText(source).toWellFormed().slice(0, 2_000),
    );
    draft.path = parts.join("/");
  },
};

const TEXTS: readonly ((json: string, source: Source) => string | Buffer)[] = [
  (json, source) => json.slice(0, source.below(json.length)),
  (json) => json + json,
  (json) => `\ufeff${json}`,
  (json) => `${json}\u0000`,
  (json) => json.replace("{", '{"__proto__":{"isAdmin":true},'),
  (json) => json.replace("{", '{"constructor":{"prototype":{"x":1}},'),
  (json) => (json.length > 2 ? `${json.slice(0, -1)},${json.slice(1)}` : '{"a":1,"a":2}'),
  () => "[".repeat(20_000),
  () => `${'{"a":'.repeat(9_000)}1${"}".repeat(9_000)}`,
  () => "NaN",
  () => '{"a":1e99999}',
  () => "",
  () => "null",
  () => '"text"',
  (json) => Buffer.from(json, "utf16le"),
  (json) => Buffer.concat([Buffer.from([0xff, 0xfe, 0xc0, 0x80]), Buffer.from(json)]),
  (json) => json.padEnd(BODY_BYTES_MAX + 10, " "),
  (json) => json.padEnd(BATCH_BODY_BYTES_MAX + 10, " "),
];

const HEADERS: readonly ((source: Source) => Record<string, string>)[] = [
  (source) => ({
    "Content-Type": source.pick([
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "application/json; charset=utf-16",
      "application/json; charset=utf-7",
      "application/json; charset=x-nothing",
      "application/json;;;=",
      "application/problem+json",
      "json",
      "",
    ]),
  }),
  (source) => ({ "Content-Encoding": source.pick(["gzip", "br", "deflate", "rot13", "gzip, br"]) }),
  (source) => ({
    Authorization: source.pick([
      "Bearer",
      "Bearer ",
      "Basic YTpi",
      `Bearer ${"a".repeat(3_000)}`,
      "bearer agon_live_x",
      "Bearer a b",
      "Bearer null",
    ]),
  }),
  (source) => ({
    Accept: source.pick(["text/html", "*/*;q=0", "text/csv", "x".repeat(900), ";;,"]),
  }),
  (source) => ({
    "Idempotency-Key": source.pick(["a,b", '"', "x".repeat(129), "a\\b", "ü".normalize("NFC")]),
  }),
  (source) => ({ "If-None-Match": source.pick(["*", '"x",'.repeat(500), 'W/"', "\t"]) }),
  () => ({ "X-Forwarded-For": "1.2.3.4, ::1, nonsense" }),
  () => ({ traceparent: "00-zz-zz-01", tracestate: "=,=,=" }),
  (source) => ({ "X-Request-ID": source.pick(["<b>", "x".repeat(3_000), "a b\tc"]) }),
  (source) => ({
    Cookie: source.pick(["agon_session", "agon_session=%", `=;;;${"a=b;".repeat(90)}`]),
  }),
  (source) => ({ Origin: source.pick(["null", "https://evil.example", "x".repeat(500)]) }),
  (source) => ({ Expect: source.pick(["100-continue", "200-ok"]) }),
  () => ({ Range: "bytes=0-1,5-" }),
  () => ({ "X-HTTP-Method-Override": "DELETE" }),
  () => ({ "X-Large": "x".repeat(HEADER_BYTES_MAX) }),
  () => Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`X-Many-${i}`, "1"])),
];

const METHODS = ["GET", "PUT", "PATCH", "POST", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND"];

const PATHS: readonly ((path: string, source: Source) => string)[] = [
  (path) => `${path}/`,
  (path) => `/${path}`,
  (path) => path.toUpperCase(),
  (path) => `${path}%00`,
  (path) => `${path}%ff`,
  (path) => `${path}%`,
  (path) => `${path}/..%2f..%2fetc`,
  (path) => `${path};x=1`,
  (path) => `/v1/../v1${path}`,
  (path) => `http://evil.example${path}`,
  (path) => `${path}/${"x".repeat(10_000)}`,
  (path) => path.replace("/v1", "/v2"),
  () => "*",
  () => "/ws",
];

/** Damages of how a request is said. */
const FORM_DAMAGES: Record<string, Damage> = {
  text: (draft, source) => {
    draft.raw = Buffer.from(source.pick(TEXTS)(jsonOf(draft), source));
    draft.headers["Content-Type"] ??= "application/json";
  },
  header: (draft, source) => {
    const changed = source.pick(HEADERS)(source);
    Object.assign(draft.headers, changed);
    if ("Authorization" in changed || "Cookie" in changed) draft.bearer = null;
  },
  bomb: (draft) => {
    draft.raw = BOMB;
    Object.assign(draft.headers, {
      "Content-Type": "application/json",
      "Content-Encoding": "gzip",
    });
  },
  method: (draft, source) => {
    draft.method = source.pick(METHODS);
  },
  path: (draft, source) => {
    draft.path = source.pick(PATHS)(draft.path, source);
  },
  cookieOfNowhere: (draft) => {
    if (draft.bearer) draft.bearer = { ...draft.bearer, by: "cookie" };
    draft.headers["Origin"] = "https://evil.example";
  },
  bytes: (draft, source) => {
    draft.bytes = source.pick(BYTES)(draft, source);
  },
};

const BYTES: readonly ((draft: Draft, source: Source) => Buffer)[] = [
  ({ method, path }) =>
    lines(`${method} ${path} HTTP/1.1`, "Host: a", "Content-Length: -1", "", ""),
  ({ method, path }) => lines(`${method} ${path} HTTP/9.9`, "Host: a", "", ""),
  ({ method, path }) => lines(`${method} ${path} HTTP/1.1`, "", ""),
  ({ method, path }) => lines(`${method} ${path}`, "", ""),
  ({ path }) => lines(`GE\u0000T ${path} HTTP/1.1`, "Host: a", "", ""),
  ({ path }) => lines(`GET ${path} HTTP/1.1`, "Host: a", "X: a\u0000b", "", ""),
  ({ path }) => lines(`GET ${path} HTTP/1.1`, "Host: a", "X : b", "", ""),
  ({ path }) =>
    lines(`POST ${path} HTTP/1.1`, "Host: a", "Content-Length: 5", "Content-Length: 6", "", "{}"),
  ({ path }) =>
    lines(`POST ${path} HTTP/1.1`, "Host: a", ...CHUNKED, "Content-Length: 5", "", "0", "", ""),
  ({ path }) => lines(`POST ${path} HTTP/1.1`, "Host: a", ...CHUNKED, "", "zz", "{}", "0", "", ""),
  // Whole, but in chunks.
  ({ path }) =>
    lines(
      `POST ${path} HTTP/1.1`,
      "Host: a",
      ...JSON_TYPE,
      ...CHUNKED,
      ...LAST,
      "",
      "2",
      "{}",
      "0",
      "",
      "",
    ),
  // Less than was promised.
  ({ path }) =>
    lines(
      `POST ${path} HTTP/1.1`,
      "Host: a",
      ...JSON_TYPE,
      "Content-Length: 900",
      ...LAST,
      "",
      "{",
    ),
  ({ path }) =>
    lines(`GET ${path} HTTP/1.1`, "Host: a", "Upgrade: websocket", "Connection: Upgrade", "", ""),
  () =>
    lines(
      "GET /ws HTTP/1.1",
      "Host: a",
      "Upgrade: websocket",
      "Connection: Upgrade",
      WS_KEY,
      "Sec-WebSocket-Version: 99",
      "",
      "",
    ),
  (_, source) => Buffer.from(source.hex(1 + source.below(300)).slice(2), "hex"),
  () => Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  () => Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]),
];

const CHUNKED = ["Transfer-Encoding: chunked"];
const JSON_TYPE = ["Content-Type: application/json"];
const LAST = ["Connection: close"];
const WS_KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";

function lines(...all: string[]): Buffer {
  return Buffer.from(all.join("\r\n"), "latin1");
}

const ALL_DAMAGES = { ...VALUE_DAMAGES, ...FORM_DAMAGES };

/** Damages the draft in one way, of those that are named `among`. */
export function damage(draft: Draft, source: Source, among: "values" | "all"): void {
  const damages = among === "values" ? VALUE_DAMAGES : ALL_DAMAGES;
  const name = source.pick(Object.keys(damages));
  draft.damage = name;
  damages[name]?.(draft, source);
}
