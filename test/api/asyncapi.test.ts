import assert from "node:assert/strict";
import { Parser } from "@asyncapi/parser";
import { before, describe, it } from "mocha";
import { z } from "zod";
import type { AsyncApiDocument } from "../../api/http/asyncapi.ts";
import { useApiWorld } from "./support/api-world.ts";
import { type AnyFrame, connectSocket, type TestSocket } from "./support/test-socket.ts";

type Json = Record<string, unknown>;

describe("AsyncAPI document", () => {
  const world = useApiWorld({ WS_HEARTBEAT_MS: "200", WS_REPLAY_FRAMES: "2" });
  let document: AsyncApiDocument;

  before(async () => {
    document = (await world().call("GET", "/asyncapi.json")).body;
  });

  /** The payload's schema of a message, as the document declares it. */
  function messageSchema(name: string): z.ZodType {
    const schemas = JSON.stringify(document.components.schemas);
    const $defs = JSON.parse(schemas.replaceAll("#/components/schemas/", "#/$defs/"));
    const payload = document.components.messages[name]?.payload.$ref ?? "";
    return z.fromJSONSchema({ $ref: payload.replace("#/components/schemas/", "#/$defs/"), $defs });
  }

  it("is valid AsyncAPI 3 by the official parser", async () => {
    const { document: parsed, diagnostics } = await new Parser().parse(document as never);
    const faults = diagnostics.filter(({ severity }) => severity === 0);
    assert.deepEqual(
      faults.map(({ message, path }) => `${path.join(".")}: ${message}`),
      [],
    );
    assert.equal(parsed?.version(), "3.0.0");
  });

  it("has every message, channel and schema that it refers to", () => {
    const text = JSON.stringify(document);
    for (const [, path = ""] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      let at: unknown = document;
      for (const step of path.split("/")) at = (at as Json)?.[step];
      assert.ok(at, path);
    }
  });

  it("names the streams, limits and close codes that the exchange names", async () => {
    const { streams } = (await world().call("GET", "/v1/exchange")).body;
    const addresses = Object.entries(document.channels)
      .filter(([key]) => key !== "connection")
      .map(([, { address }]) => address.replaceAll(/\{(\w+)\}/g, "<$1>"));
    assert.deepEqual(addresses, Object.keys(streams.names));
    const { host, pathname, protocol, ...more } = document.servers["public"] as Json;
    assert.equal(`${protocol}://${host}${pathname}`, streams.url);
    assert.deepEqual(more["x-close-codes"], streams.closeCodes);
  });

  /** Brings about every message that a server sends, and returns all frames that came. */
  async function liveSession(): Promise<{ sent: AnyFrame[]; received: AnyFrame[] }> {
    const { api, call, engine, order, signIn, trader } = world();
    const slug = "contract";
    const marketId = await engine.createMarket(slug);
    const [maker, taker] = [await trader(), await trader()];
    const socket: TestSocket = await connectSocket(api.url);
    const sent: AnyFrame[] = [];
    const send = (frame: object) => {
      sent.push(frame);
      socket.send(frame);
    };
    send({ op: "auth", token: await signIn(maker), id: 1 });
    await socket.next("authenticated");
    const names = Object.values(document.channels).map(({ address }) =>
      address.replace("{slug}", slug).replace("{interval}", "1m"),
    );
    const streams = names.filter((name) => name !== "connection");
    for (const stream of streams) {
      send({ op: "subscribe", stream, id: stream });
      await socket.next("snapshot", (frame) => frame.id === stream);
    }
    await call("POST", "/v1/orders", { body: await order(maker, { marketId, price: 600 }) });
    await call("POST", "/v1/orders", {
      body: await order(taker, { marketId, outcome: 0, price: 400, quantity: 50 }),
    });
    for (const type of ["book", "trade", "ticker", "candle", "account"]) await socket.next(type);
    await engine.report({ kind: "hold", phase: "post_only" });
    await engine.report({ kind: "hold", phase: "open" });
    await socket.next("exchange");
    await engine.createMarket("contract-two");
    await socket.next("market");
    send({ op: "ping", id: "p" });
    await socket.next("pong");
    await socket.next("heartbeat");
    send({ op: "resume", stream: `book:${slug}`, after: 10_000 });
    await socket.next("error");
    const stood = await socket.next("snapshot", ({ stream }) => stream === `book:${slug}`);
    send({ op: "resume", stream: `book:${slug}`, after: stood.seq });
    await socket.next("resumed");
    send({ op: "unsubscribe", stream: `book:${slug}`, id: 3 });
    await socket.next("unsubscribed");
    socket.close();
    return { sent, received: socket.seen };
  }

  /** The declared message that a frame is, by its discriminator and its stream. */
  function messageOf(frame: AnyFrame): string {
    const kind = String(frame.stream ?? "").split(":")[0] ?? "";
    const channel = document.channels[kind] ?? document.channels["connection"];
    const names = Object.keys(channel?.messages ?? {}).concat(
      Object.keys(document.channels["connection"]?.messages ?? {}),
    );
    const matching = names.filter((name) => {
      const schema = document.components.schemas[name] as { properties: Record<string, Json> };
      const { type, op } = schema.properties;
      if (frame.op !== undefined) return op?.["const"] === frame.op;
      return type?.["const"] === frame.type;
    });
    assert.equal(new Set(matching).size, 1, `${JSON.stringify(frame).slice(0, 200)}: ${matching}`);
    return matching[0] as string;
  }

  it("declares every frame of a live session, and every declared message comes", async () => {
    const { sent, received } = await liveSession();
    const seen = new Set<string>();
    for (const frame of [...sent, ...received]) {
      const name = messageOf(frame);
      seen.add(name);
      const { error } = messageSchema(name).safeParse(frame);
      assert.deepEqual(error?.issues ?? [], [], name);
    }
    const missing = Object.keys(document.components.messages).filter((name) => !seen.has(name));
    assert.deepEqual(missing, []);
  });

  it("would not take a frame with a field missing", () => {
    const schema = messageSchema("WsBook");
    assert.ok(!schema.safeParse({ type: "book", stream: "book:x", seq: 1 }).success);
  });
});
