import assert from "node:assert/strict";
import { Validator } from "@seriousme/openapi-schema-validator";
import { before, describe, it } from "mocha";
import type { PrivateKeyAccount } from "viem";
import { z } from "zod";
import { EXAMPLE_BODIES } from "../../api/http/request-examples.ts";
import { ALL_ROUTES } from "../../api/routes/all-routes.ts";
import { useApiWorld } from "./support/api-world.ts";
import { eventually } from "./support/eventually.ts";
import { connectSocket } from "./support/test-socket.ts";

type Json = Record<string, unknown>;

/** Visits every object in a JSON document. */
function visit(value: unknown, look: (object: Json) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, look);
  else if (value !== null && typeof value === "object") {
    look(value as Json);
    for (const item of Object.values(value)) visit(item, look);
  }
}

describe("OpenAPI document", () => {
  const world = useApiWorld();
  // biome-ignore lint/suspicious/noExplicitAny: a JSON document.
  let document: any;
  let schemas: Json;
  let token: string;
  let documentedMaker: PrivateKeyAccount;

  before(async () => {
    document = (await world().call("GET", "/openapi.json")).body;
    // The components as definitions of one JSON schema, so that references resolve within it.
    const components = JSON.stringify(document.components.schemas);
    schemas = JSON.parse(components.replaceAll("#/components/schemas/", "#/$defs/"));
    const { engine, trader, signIn, order, call } = world();
    const marketId = await engine.createMarket("documented");
    const [maker, taker] = [await trader(), await trader()];
    documentedMaker = maker;
    await call("POST", "/v1/orders", { body: await order(maker, { marketId, price: 600 }) });
    await call("POST", "/v1/orders", {
      body: await order(taker, { marketId, outcome: 0, price: 400, quantity: 50 }),
    });
    token = await signIn(maker);
  });

  function schemaOf(method: string, path: string, status: number): z.ZodType {
    const response = document.paths[path][method].responses[String(status)];
    const [content] = Object.values<{ schema: Json }>(response.content);
    const text = JSON.stringify(content?.schema).replaceAll("#/components/schemas/", "#/$defs/");
    return z.fromJSONSchema({ ...JSON.parse(text), $defs: schemas });
  }

  it("is of version 3.1, with a unique id for each operation", () => {
    assert.equal(document.openapi, "3.1.0");
    const operations = Object.values<Json>(document.paths).flatMap((item) =>
      Object.values<Json>(item as never),
    );
    const ids = operations.map(({ operationId }) => operationId);
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(ids.length, ALL_ROUTES.length);
  });

  it("is valid by the schema of OpenAPI 3.1", async () => {
    const validate = (specification: Json) => new Validator().validate(specification);
    assert.deepEqual(await validate(structuredClone(document)), { valid: true });
    const broken = { ...document, paths: { "/x": { get: { responses: { "2000": {} } } } } };
    assert.equal((await validate(structuredClone(broken))).valid, false);
  });

  it("has an example of each operation, with a body that the operation takes", () => {
    const operations = Object.values<Json>(document.paths).flatMap((item) => Object.values(item));
    // biome-ignore lint/suspicious/noExplicitAny: a JSON document.
    for (const operation of operations as any[]) {
      assert.match(operation["x-codeSamples"][0].source, /^curl /, operation.operationId);
      for (const parameter of operation.parameters ?? []) {
        if (parameter.in === "path") assert.ok(parameter.example, operation.operationId);
      }
    }
    for (const { operationId, body } of ALL_ROUTES.filter((declared) => declared.body)) {
      const parsed = body?.safeParse(EXAMPLE_BODIES[operationId]);
      assert.deepEqual(parsed?.error?.issues ?? [], [], operationId);
    }
  });

  it("has every schema that it refers to", () => {
    visit(document, ({ $ref }) => {
      if (typeof $ref !== "string") return;
      const name = $ref.replace("#/components/schemas/", "");
      assert.ok(name in document.components.schemas, $ref);
    });
  });

  it("declares every path parameter", () => {
    for (const [path, item] of Object.entries<Json>(document.paths)) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const operation of Object.values(item) as {
        parameters?: { in: string; name: string }[];
      }[]) {
        const declared = (operation.parameters ?? []).filter((one) => one.in === "path");
        assert.deepEqual(declared.map(({ name }) => name).sort(), named.sort(), path);
      }
    }
  });

  it("tells of a problem body for each refusal", () => {
    const { responses } = document.paths["/v1/orders"].post;
    for (const status of ["400", "403", "409", "413", "415", "422", "429", "500", "503", "504"]) {
      assert.ok("application/problem+json" in responses[status].content, status);
    }
  });

  const live: [path: string, template?: string][] = [
    ["/v1/exchange"],
    ["/v1/auth/nonce"],
    ["/v1/auth/me"],
    ["/v1/markets"],
    ["/v1/markets/documented", "/v1/markets/{slug}"],
    ["/v1/markets/documented/book", "/v1/markets/{slug}/book"],
    ["/v1/markets/documented/trades", "/v1/markets/{slug}/trades"],
    ["/v1/markets/documented/ticker", "/v1/markets/{slug}/ticker"],
    ["/v1/journal"],
    ["/v1/orders"],
    ["/v1/account/balance"],
    ["/v1/account/positions"],
    ["/v1/account/portfolio"],
    ["/v1/account/fills"],
    ["/health"],
    ["/health/db"],
    ["/health/cache"],
    ["/health/chain"],
    ["/ready"],
  ];
  for (const [path, template = path] of live) {
    it(`describes the live reply of GET ${path}`, async () => {
      const { status, body } = await world().call("GET", path, { token });
      assert.equal(status, 200);
      const parsed = schemaOf("get", template, status).safeParse(body);
      assert.deepEqual(parsed.error?.issues ?? [], []);
      const declared = ALL_ROUTES.find(
        (one) => one.method === "get" && one.path.replaceAll(/:(\w+)/g, "{$1}") === template,
      );
      assert.ok(declared?.replies[200].safeParse(body).success);
    });
  }

  it("describes the live frames of the websocket, and lists them on the page", async () => {
    const { api, call, engine, order, trader } = world();
    const frameSchema = (name: string) =>
      z.fromJSONSchema({ ...(schemas[name] as object), $defs: schemas as never });
    const serverFrame = frameSchema("WsServerFrame");
    const clientFrame = frameSchema("WsClientFrame");
    const socket = await connectSocket(api.url);
    const send = (frame: object) => {
      assert.deepEqual(clientFrame.safeParse(frame).error?.issues ?? [], []);
      socket.send(frame);
    };
    const marketId = await engine.createMarket("framed");
    send({ op: "auth", token, id: 1 });
    const markets = ["book:framed", "trades:framed", "ticker:framed", "markets"];
    for (const stream of [...markets, "exchange", "account"]) {
      send({ op: "subscribe", stream, id: stream });
      await socket.next("snapshot");
    }
    const [maker, taker] = [documentedMaker, await trader()];
    await call("POST", "/v1/orders", { body: await order(maker, { marketId, price: 600 }) });
    await call("POST", "/v1/orders", {
      body: await order(taker, { marketId, outcome: 0, price: 400, quantity: 50 }),
    });
    await socket.next("trade");
    for (const kind of ["order", "fill", "balance", "position"]) {
      await socket.next("account", ({ change }) => change.kind === kind);
    }
    const armed = await call("POST", "/v1/heartbeat", { token, body: { timeoutMs: 1_000 } });
    await eventually(() => Date.now() >= armed.body.dueAtMs);
    await engine.report({ kind: "tick" });
    await socket.next("account", ({ change }) => change.kind === "heartbeat");
    await engine.report({ kind: "hold", phase: "post_only" });
    await engine.report({ kind: "hold", phase: "open" });
    await socket.next("exchange");
    await engine.createMarket("framed-later");
    await socket.next("market");
    const { seq } = await socket.next("book");
    send({ op: "resume", stream: "book:framed", after: seq });
    await socket.next("resumed");
    send({ op: "resume", stream: "markets", after: 99_999 });
    await socket.next("error");
    send({ op: "ping", id: "p" });
    await socket.next("pong");
    send({ op: "unsubscribe", stream: "markets" });
    await socket.next("unsubscribed");
    for (const frame of socket.seen) {
      const { error } = serverFrame.safeParse(frame);
      assert.deepEqual(error?.issues ?? [], [], JSON.stringify(frame));
    }
    assert.equal(serverFrame.safeParse({ type: "gossip" }).success, false);
    const { text } = await call("GET", "/docs");
    for (const name of Object.keys(schemas).filter((one) => /^Ws/.test(one))) {
      assert.ok(text.includes(`id="schema-${name}"`), name);
    }
    for (const { type } of socket.seen) assert.ok(text.includes(`<td><code>${type}</code></td>`));
    socket.close();
  });

  it("describes a detailed health report, healthy or not", async () => {
    const { status, body } = await world().call("GET", "/health/detailed");
    assert.deepEqual(
      schemaOf("get", "/health/detailed", status).safeParse(body).error?.issues ?? [],
      [],
    );
    assert.equal(body.engine.status, "healthy");
    assert.equal(body.index.status, "unhealthy");
  });

  it("describes a live refusal", async () => {
    const { status, body } = await world().call("GET", "/v1/markets/nowhere-at-all");
    const parsed = schemaOf("get", "/v1/markets/{slug}", status).safeParse(body);
    assert.deepEqual(parsed.error?.issues ?? [], []);
  });

  it("is readable as a page that loads nothing from elsewhere", async () => {
    const { status, headers, text } = await world().call("GET", "/docs");
    assert.equal(status, 200);
    assert.match(headers.get("content-type") ?? "", /^text\/html/);
    assert.ok(text.includes("/v1/orders/batch") && text.includes('id="signature_invalid"'));
    assert.doesNotMatch(text, /(src|href)="https?:/);
  });
});
