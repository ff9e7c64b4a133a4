import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "mocha";
import { privateKeyToAccount } from "viem/accounts";
import type { FillView, OrderView } from "../../../protocol/engine/view.ts";
import { isAgonError } from "../../../sdk/agon-error.ts";
import { type AgonClient, connect } from "../../../sdk/client.ts";
import { ACCOUNT, balanceOf, fillOf, ORDER_HASH, orderOf } from "../fixture/account-frames.ts";
import { type StreamServer, startStreamServer } from "../fixture/stream-server.ts";

const DEADLINE_MS = 10_000;
const TOKEN = "the-token";

describe("live account", () => {
  let server: StreamServer;
  let client: AgonClient;
  let seq: number;
  let isTooOld: boolean;
  let whenTooOld: () => void;
  let openOrders: OrderView[];
  let fillsOverHttp: FillView[];
  let ordersOverHttp: OrderView[];
  /** How many requests for fills find the server away. */
  let outages: number;
  let ordersByHash: Record<string, { order: OrderView; fills: FillView[] }>;

  function publish(change: object): void {
    const frame = {
      type: "account",
      stream: "account",
      seq: ++seq,
      prev: seq - 1,
      account: ACCOUNT,
      timeMs: 1,
      change,
    };
    for (const peer of server.peers) peer.send(frame);
  }

  function snapshot() {
    const state = {
      account: ACCOUNT,
      balance: balanceOf("5"),
      positions: [],
      openOrders,
      heartbeatDueAtMs: null,
    };
    return { type: "snapshot", stream: "account", seq, ...state };
  }

  function http(_method: string, path: string): unknown {
    const page = (items: unknown[]) => ({ items, nextCursor: null });
    if (path === "/v1/auth/nonce") return { nonce: "abcdefgh12345678", expiresAtMs: 1 };
    if (path === "/v1/auth/login")
      return { account: ACCOUNT, token: TOKEN, expiresAtMs: 1, isAdmin: false };
    if (path.startsWith("/v1/account/fills")) {
      if (outages-- > 0) return null;
      const query = new URL(path, server.url).searchParams;
      const from = Number(query.get("cursor") ?? 0);
      const to = from + Number(query.get("limit"));
      const items = fillsOverHttp.slice(from, to).map((fill) => ({ role: "maker", fill }));
      return { items, nextCursor: to < fillsOverHttp.length ? String(to) : null };
    }
    if (path.startsWith("/v1/orders/")) return ordersByHash[path.split("/").at(-1) ?? ""];
    if (path.startsWith("/v1/orders")) return page(ordersOverHttp);
    return undefined;
  }

  beforeEach(async () => {
    seq = 0;
    isTooOld = false;
    whenTooOld = () => {};
    openOrders = [];
    fillsOverHttp = [];
    ordersOverHttp = [];
    outages = 0;
    ordersByHash = {};
    server = await startStreamServer({
      heartbeatMs: 1_000,
      positions: () => ({ account: seq }),
      http,
      onFrame(frame, peer) {
        if (frame.op === "auth") {
          const isKnown = frame.token === TOKEN;
          peer.send(
            isKnown
              ? { type: "authenticated", account: ACCOUNT, expiresAtMs: 1, id: frame.id }
              : { type: "error", code: "session_expired", title: "", mend: "", id: frame.id },
          );
        } else if (frame.op === "resume" && !isTooOld) {
          peer.send({ type: "resumed", stream: "account", after: frame.after });
        } else if (frame.op === "resume") {
          whenTooOld();
          peer.send({
            type: "error",
            code: "stream_too_old",
            title: "",
            mend: "",
            stream: "account",
          });
          peer.send(snapshot());
        } else if (frame.op === "subscribe") peer.send(snapshot());
      },
    });
    const signer = privateKeyToAccount(`0x${"11".repeat(32)}`);
    client = await connect(server.url, {
      signer,
      streams: { baseDelayMs: 1, maxDelayMs: 5 },
      retry: { maxAttempts: 1 },
    });
    await client.signIn();
  });

  afterEach(async () => {
    client.close();
    await server.stop();
  });

  it("fails every wait when the session has ended", async () => {
    const account = client.openAccount();
    await account.ready(DEADLINE_MS);
    const wait = account.waitForAvailable(6n, DEADLINE_MS);
    const ended = { type: "error", stream: "account", code: "session_expired" };
    for (const peer of server.peers) peer.send({ ...ended, title: "", mend: "" });
    await assert.rejects(wait, (error) => isAgonError(error, "session_expired"));
  });

  it("does not take a fill for settled before all that is matched is final", async () => {
    const account = client.openAccount();
    await account.ready(DEADLINE_MS);
    const met = account.waitForSettlement(ORDER_HASH, DEADLINE_MS);
    let isMet = false;
    void met.then(() => {
      isMet = true;
    });
    publish({ kind: "order", event: "matched", order: orderOf("partially_filled", 60, 2) });
    publish({ kind: "fill", fill: fillOf(1, 40, "matched"), role: "maker" });
    publish({ kind: "fill", fill: fillOf(1, 40, "settled"), role: "maker" });
    publish({ kind: "fill", fill: fillOf(2, 20, "matched"), role: "maker" });
    await account.waitFor(({ fills }) => fills.size === 2, DEADLINE_MS);
    assert.equal(isMet, false);
    publish({ kind: "fill", fill: fillOf(2, 20, "settled"), role: "maker" });
    assert.deepEqual(
      (await met).map(({ fillSeq, status }) => [fillSeq, status]),
      [
        [1, "settled"],
        [2, "settled"],
      ],
    );
  });

  it("signs the connection in before it asks for the account", async () => {
    await client.openAccount().ready(DEADLINE_MS);
    assert.deepEqual(
      server.received.map(({ op }) => op),
      ["auth", "subscribe"],
    );
  });

  it("follows balance and orders", async () => {
    const account = client.openAccount();
    await account.ready(DEADLINE_MS);
    publish({ kind: "balance", balance: balanceOf("9") });
    assert.equal(await account.waitForAvailable(9n, DEADLINE_MS), 9n);
    publish({ kind: "order", event: "placed", order: orderOf("open", 0, 2) });
    publish({ kind: "order", event: "matched", order: orderOf("filled", 100, 3) });
    assert.equal((await account.waitForOrderEnd(ORDER_HASH, DEADLINE_MS)).status, "filled");
  });

  for (const status of ["settled", "skipped"] as const) {
    it(`shows that a ${status} fill was undone, and waits until it is settled anew`, async () => {
      const account = client.openAccount();
      await account.ready(DEADLINE_MS);
      publish({ kind: "fill", fill: fillOf(1, 100, status), role: "maker" });
      await account.waitForSettlement(ORDER_HASH, DEADLINE_MS);
      publish({ kind: "fill", fill: fillOf(1, 100, "submitted"), role: "maker" });
      publish({ kind: "balance", balance: balanceOf("9") });
      await account.waitForAvailable(9n, DEADLINE_MS);
      assert.equal(account.state.fills.get(1)?.status, "submitted");
      const anew = account.waitForSettlement(ORDER_HASH, DEADLINE_MS);
      publish({ kind: "balance", balance: balanceOf("10") });
      publish({ kind: "fill", fill: fillOf(1, 100, "settled"), role: "maker" });
      assert.equal((await anew)[0]?.status, "settled");
    });
  }

  it("does not miss what happened during an outage too long to be resumed", async () => {
    openOrders = [orderOf("open", 0, 1)];
    const account = client.openAccount();
    await account.ready(DEADLINE_MS);
    const settled = account.waitForSettlement(ORDER_HASH, DEADLINE_MS);
    const ended = account.waitForOrderEnd(ORDER_HASH, DEADLINE_MS);
    isTooOld = true;
    whenTooOld = () => {
      seq = 500;
      openOrders = [];
      fillsOverHttp = [fillOf(1, 100, "settled")];
      ordersOverHttp = [orderOf("filled", 100, 2)];
    };
    for (const { socket } of server.peers) socket.terminate();
    assert.equal((await settled)[0]?.status, "settled");
    assert.equal((await ended).status, "filled");
    assert.equal(account.seq, 500);
  });

  it("keeps the newer news when the history that it fetched is older", async () => {
    fillsOverHttp = [fillOf(1, 100, "matched")];
    ordersOverHttp = [];
    const account = client.openAccount();
    await account.ready(DEADLINE_MS);
    publish({ kind: "fill", fill: fillOf(1, 100, "settled"), role: "maker" });
    await account.waitForSettlement(ORDER_HASH, DEADLINE_MS);
    isTooOld = true;
    whenTooOld = () => {
      fillsOverHttp = [fillOf(2, 100, "settled"), fillOf(1, 100, "matched")];
    };
    for (const { socket } of server.peers) socket.terminate();
    await account.waitFor(({ fills }) => fills.has(2), DEADLINE_MS);
    assert.equal(account.state.fills.get(1)?.status, "settled");
  });

  /** Cuts the line for longer than the server remembers. */
  function cut(whileAway: () => void): void {
    isTooOld = true;
    whenTooOld = () => {
      seq = 500;
      whileAway();
    };
    for (const { socket } of server.peers) socket.terminate();
  }

  /** Fills `first` … `last`, newest first. */
  function fillsOf(first: number, last: number): FillView[] {
    const count = last - first + 1;
    return Array.from({ length: count }, (_, place) => fillOf(last - place, 1, "settled"));
  }

  it("fetches fills back to the last that was known, however many an outage brought", async () => {
    const account = client.openAccount();
    await account.ready(DEADLINE_MS);
    publish({ kind: "fill", fill: fillOf(1, 1, "settled"), role: "maker" });
    await account.waitFor(({ fills }) => fills.has(1), DEADLINE_MS);
    cut(() => {
      fillsOverHttp = fillsOf(1, 650);
    });
    await account.waitFor(({ fills }) => fills.has(2), DEADLINE_MS);
    assert.deepEqual(
      [...account.state.fills.keys()],
      fillsOf(1, 650)
        .map((fill) => fill.fillSeq)
        .reverse(),
    );
  });

  it("fetches back to a fill that had not settled before the outage", async () => {
    const account = client.openAccount();
    await account.ready(DEADLINE_MS);
    publish({ kind: "fill", fill: fillOf(1, 1, "submitted"), role: "maker" });
    for (let fillSeq = 2; fillSeq <= 300; fillSeq++) {
      publish({ kind: "fill", fill: fillOf(fillSeq, 1, "settled"), role: "maker" });
    }
    await account.waitFor(({ fills }) => fills.has(300), DEADLINE_MS);
    cut(() => {
      fillsOverHttp = fillsOf(1, 301);
    });
    const first = await account.waitFor(
      ({ fills }) => fills.get(1)?.status === "settled" && fills.get(1),
      DEADLINE_MS,
    );
    assert.equal(first.fillSeq, 1);
  });

  it("keeps no more than a thousand fills, the newest", async () => {
    const account = client.openAccount();
    await account.ready(DEADLINE_MS);
    cut(() => {
      fillsOverHttp = fillsOf(1, 3_000);
    });
    await account.waitFor(({ fills }) => fills.size >= 1_000, DEADLINE_MS);
    const known = [...account.state.fills.keys()];
    assert.deepEqual([known.length, known[0], known.at(-1)], [1_000, 2_001, 3_000]);
  });

  it("asks for the history again while the server cannot tell it", async () => {
    const account = client.openAccount();
    await account.ready(DEADLINE_MS);
    outages = 5;
    cut(() => {
      fillsOverHttp = fillsOf(1, 3);
    });
    await account.waitFor(({ fills }) => fills.size === 3, DEADLINE_MS);
    assert.ok(outages < 0);
  });

  it("looks up an order that was open before an outage and that no page of ended ones has", async () => {
    openOrders = [orderOf("open", 0, 1)];
    const account = client.openAccount();
    await account.ready(DEADLINE_MS);
    ordersByHash[ORDER_HASH] = { order: orderOf("cancelled", 0, 2), fills: [] };
    cut(() => {
      openOrders = [];
    });
    const order = await account.waitFor(({ orders }) => {
      const known = orders.get(ORDER_HASH);
      return known?.status === "cancelled" && known;
    }, DEADLINE_MS);
    assert.equal(order.updatedAtMs, 2);
  });

  it("waits for an order that ended before the stream was opened", async () => {
    const fill = fillOf(7, 100, "settled");
    ordersByHash[ORDER_HASH] = { order: orderOf("filled", 100, 2), fills: [fill] };
    const account = client.openAccount();
    await account.ready(DEADLINE_MS);
    // So many came since that the state does not keep the order's own.
    cut(() => {
      fillsOverHttp = fillsOf(1_000, 3_999).map((other) => ({
        ...other,
        makerHash: other.takerHash,
      }));
    });
    await account.waitFor(({ fills }) => fills.size === 1_000, DEADLINE_MS);
    assert.equal((await account.waitForOrderEnd(ORDER_HASH, DEADLINE_MS)).status, "filled");
    assert.deepEqual(await account.waitForSettlement(ORDER_HASH, DEADLINE_MS), [fill]);
  });
});
