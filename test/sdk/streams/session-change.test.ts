import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "mocha";
import { privateKeyToAccount } from "viem/accounts";
import { isAgonError } from "../../../sdk/agon-error.ts";
import { type AgonClient, connect } from "../../../sdk/client.ts";
import { useApiWorld } from "../../api/support/api-world.ts";
import { ACCOUNT, balanceOf } from "../fixture/account-frames.ts";
import { type Peer, type StreamServer, startStreamServer } from "../fixture/stream-server.ts";
import { TrueBook } from "../fixture/true-book.ts";

const DEADLINE_MS = 10_000;
const STREAM = "book:eth-up";
const signer = privateKeyToAccount(`0x${"11".repeat(32)}`);

describe("a connection that outlives its session", () => {
  let server: StreamServer;
  let client: AgonClient;
  let logins: number;
  let alive: Set<string>;
  let signedIn: Map<Peer, string>;

  function refuse(peer: Peer, code: string, about: object): void {
    peer.send({ type: "error", code, title: "", mend: "", ...about });
  }

  function snapshot() {
    const own = { account: ACCOUNT, balance: balanceOf("5"), positions: [], openOrders: [] };
    return { type: "snapshot", stream: "account", seq: 0, ...own, heartbeatDueAtMs: null };
  }

  beforeEach(async () => {
    const book = new TrueBook(STREAM);
    logins = 0;
    alive = new Set();
    signedIn = new Map();
    server = await startStreamServer({
      heartbeatMs: 50,
      positions: () => ({ [STREAM]: book.seq, account: 0 }),
      http(_method, path) {
        if (path === "/v1/auth/nonce") return { nonce: "abcdefgh12345678", expiresAtMs: 1 };
        if (path === "/v1/auth/logout") return { signedOut: true };
        if (path === "/v1/auth/login") {
          const token = `token-${++logins}`;
          alive.add(token);
          return { account: ACCOUNT, token, expiresAtMs: 1, isAdmin: false };
        }
        return { items: [], nextCursor: null };
      },
      onFrame(frame, peer) {
        if (frame.op === "auth") {
          const { id, token } = frame;
          if (!alive.has(token)) return refuse(peer, "session_expired", { id });
          signedIn.set(peer, token);
          return peer.send({ type: "authenticated", account: ACCOUNT, expiresAtMs: 1, id });
        }
        if (frame.op === "ping") return;
        const { stream, id } = frame;
        if (frame.op === "unsubscribe") return refuse(peer, "stream_unknown", { stream, id });
        if (stream === STREAM) return peer.send(book.snapshot());
        if (!alive.has(signedIn.get(peer) ?? ""))
          return refuse(peer, "unauthenticated", { stream });
        if (frame.op === "subscribe") return peer.send(snapshot());
        peer.send({ type: "resumed", stream, after: 0 });
      },
    });
    client = await connect(server.url, { signer, streams: { baseDelayMs: 1, maxDelayMs: 5 } });
    // It keeps the connection.
    await client.openBook("eth-up").ready(DEADLINE_MS);
    await client.signIn();
  });

  afterEach(async () => {
    client.close();
    await server.stop();
  });

  function endSession(code: string): void {
    alive.clear();
    for (const peer of server.peers) refuse(peer, code, { stream: "account" });
  }

  it("tells why an account cannot be opened once the session has ended unheard", async () => {
    const account = client.openAccount();
    await account.ready(DEADLINE_MS);
    account.close();
    alive.clear();
    await assert.rejects(client.openAccount().ready(DEADLINE_MS), (error) =>
      isAgonError(error, "session_expired"),
    );
  });

  for (const code of ["session_expired", "api_key_expired", "api_key_revoked"]) {
    it(`ends the account with ${code}, and says no word of it to the server`, async () => {
      const account = client.openAccount();
      await account.ready(DEADLINE_MS);
      endSession(code);
      await assert.rejects(
        account.waitFor(() => false, DEADLINE_MS),
        (error) => isAgonError(error, code as "session_expired"),
      );
      await client.signIn();
      await client.openAccount().ready(DEADLINE_MS);
      assert.deepEqual(
        server.received.filter(({ op }) => op === "unsubscribe"),
        [],
      );
    });
  }

  it("goes on under the token of a new session when the former one ends", async () => {
    const account = client.openAccount();
    await account.ready(DEADLINE_MS);
    await client.signIn();
    alive.delete("token-1");
    for (const peer of server.peers) refuse(peer, "session_expired", { stream: "account" });
    for (const peer of server.peers) {
      peer.send({ type: "heartbeat", timeMs: 0, streams: { account: 0, [STREAM]: 0 } });
    }
    await account.waitFor(() => [...signedIn.values()].includes("token-2"), 200).catch(() => {});
    assert.deepEqual([...signedIn.values()], ["token-2"]);
    assert.deepEqual(await account.ready(DEADLINE_MS), account.state);
  });

  it("opens the account again after a sign-out and a sign-in", async () => {
    const account = client.openAccount();
    await account.ready(DEADLINE_MS);
    account.close();
    alive.clear();
    await client.signIn();
    await client.openAccount().ready(DEADLINE_MS);
    assert.deepEqual(
      server.received
        .filter(({ op }) => op === "auth")
        .map((frame) => "token" in frame && frame.token),
      ["token-1", "token-2"],
    );
  });
});

describe("an account of a real exchange, after a sign-out", () => {
  const world = useApiWorld({});

  it("opens again with the next sign-in, on the same connection", async () => {
    const { api, engine } = world();
    await engine.createMarket("m-1");
    const client = await connect(api.url, { signer });
    try {
      await client.openBook("m-1").ready(DEADLINE_MS);
      for (let round = 0; round < 3; round++) {
        await client.signIn();
        const account = client.openAccount();
        await account.ready(DEADLINE_MS);
        if (round > 0) account.close();
        await client.signOut();
        if (round === 0) {
          await assert.rejects(
            account.waitFor(() => false, DEADLINE_MS),
            (error) => isAgonError(error, "session_expired"),
          );
        }
      }
    } finally {
      client.close();
    }
  });
});
