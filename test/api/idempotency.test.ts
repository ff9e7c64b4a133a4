import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import { answerOnce } from "../../api/idempotency/answer-once.ts";
import { createIdempotencyStore } from "../../api/idempotency/idempotency-store.ts";
import { createLog } from "../../platform/log.ts";
import { type ApiWorld, type CallOptions, type Reply, useApiWorld } from "./support/api-world.ts";

const KEYS_MAX = 40;
const WITHDRAWAL = { asset: "cash", amount: "1000" };

describe("Idempotency-Key", () => {
  const world = useApiWorld({ IDEMPOTENCY_KEYS_MAX: String(KEYS_MAX), ENGINE_TIMEOUT_MS: "600" });
  let marketId: number;
  let replica: Pick<ApiWorld, "call">;
  let keys = 0;

  before(async () => {
    marketId = await world().engine.createMarket("keyed");
    replica = await world().replica();
  });

  const newKey = () => `"key-${++keys}"`;

  function keyed(key: string, options: CallOptions): CallOptions {
    return { ...options, headers: { "Idempotency-Key": key } };
  }

  async function signedIn() {
    const account = await world().trader(10_000_000n);
    return { account, token: await world().signIn(account) };
  }

  async function withdraw(token: string, key: string, body: object = WITHDRAWAL, at = world()) {
    return at.call("POST", "/v1/account/withdrawals", keyed(key, { body, token }));
  }

  async function reservedMicro(token: string): Promise<string> {
    return (await world().call("GET", "/v1/account/balance", { token })).body.reservedMicro;
  }

  /** As if the process that works on it had died a while ago. */
  async function lapse(key: string): Promise<void> {
    await world().pool.query(
      "UPDATE app.idempotency_keys SET lease_until = now() - interval '1 second' WHERE key = $1",
      [key.replaceAll('"', "")],
    );
  }

  /** Resolves when somebody holds the key's lease. */
  async function isClaimed(key: string): Promise<void> {
    for (;;) {
      const { rowCount } = await world().pool.query(
        "SELECT FROM app.idempotency_keys WHERE key = $1 AND lease_until > now()",
        [key.replaceAll('"', "")],
      );
      if (rowCount === 1) return;
      await new Promise(setImmediate);
    }
  }

  function isReplay(reply: Reply, first: Reply): void {
    assert.equal(reply.headers.get("idempotency-replayed"), "true");
    assert.equal(reply.status, first.status);
    assert.equal(reply.text, first.text);
    assert.equal(reply.headers.get("content-type"), first.headers.get("content-type"));
  }

  for (const key of ["a,b", '"', '""', "a b", "x".repeat(129), 'a"b', "a\\b", '"a", "b"']) {
    it(`refuses ${key.slice(0, 12)} as a key`, async () => {
      const { token } = await signedIn();
      const reply = await withdraw(token, key);
      assert.equal(reply.body.code, "idempotency_key_invalid");
      assert.equal(await reservedMicro(token), "0");
    });
  }

  it("refuses a key with another body, and takes the members of one in any order", async () => {
    const { token } = await signedIn();
    const key = newKey();
    const first = await withdraw(token, key);
    assert.equal(first.status, 201);
    const other = await withdraw(token, key, { ...WITHDRAWAL, amount: "1001" });
    assert.equal(other.status, 422);
    assert.equal(other.body.code, "idempotency_key_reused");
    isReplay(await withdraw(token, key, { amount: "1000", asset: "cash" }), first);
  });

  it("refuses a second request while the first is under way, at whatever replica", async () => {
    const { token } = await signedIn();
    const key = newKey();
    world().engine.silence();
    const first = withdraw(token, key);
    await isClaimed(key);
    const second = await withdraw(token, key, WITHDRAWAL, { ...world(), ...replica });
    world().engine.speak();
    assert.equal(second.status, 409);
    assert.equal(second.body.code, "idempotency_in_flight");
    assert.ok(Number(second.headers.get("retry-after")) > 0);
    assert.equal((await first).status, 201);
  });

  it("never withdraws again where the outcome of the first time is not known", async () => {
    const { token } = await signedIn();
    const key = newKey();
    world().engine.silence();
    const first = await withdraw(token, key);
    world().engine.speak();
    assert.equal(first.body.code, "engine_timeout");
    const second = await withdraw(token, key);
    assert.equal(second.body.code, "idempotency_outcome_unknown");
    assert.equal(await reservedMicro(token), WITHDRAWAL.amount);
  });

  it("never withdraws again after a process died over it", async () => {
    const { token } = await signedIn();
    const key = newKey();
    world().engine.silence();
    const first = withdraw(token, key);
    await isClaimed(key);
    await lapse(key);
    const second = await withdraw(token, key, WITHDRAWAL, { ...world(), ...replica });
    world().engine.speak();
    await first;
    assert.equal(second.body.code, "idempotency_outcome_unknown");
    assert.equal(await reservedMicro(token), WITHDRAWAL.amount);
  });

  it("carries out one of many that come at once, whichever replica they meet", async () => {
    const { token } = await signedIn();
    const key = newKey();
    const both = [world(), { ...world(), ...replica }];
    const replies = await Promise.all(
      Array.from({ length: 24 }, (_, i) => withdraw(token, key, WITHDRAWAL, both[i % 2])),
    );
    const granted = replies.filter(({ status }) => status === 201);
    const fresh = granted.filter(({ headers }) => headers.get("idempotency-replayed") === null);
    assert.equal(fresh.length, 1);
    for (const reply of replies) {
      if (reply.status === 201) assert.equal(reply.text, fresh[0]?.text);
      else assert.equal(reply.body.code, "idempotency_in_flight");
    }
    assert.equal(await reservedMicro(token), WITHDRAWAL.amount);
  });

  it("gives a placed order's first reply again, where its repetition would tell another", async () => {
    const { account, token } = await signedIn();
    const key = newKey();
    const body = await world().order(account, { marketId, price: 200 });
    const first = await world().call("POST", "/v1/orders", keyed(key, { body, token }));
    assert.equal(first.status, 201);
    await world().call("DELETE", `/v1/orders/${first.body.order.hash}`, { token });
    isReplay(await replica.call("POST", "/v1/orders", keyed(key, { body, token })), first);
    const without = await world().call("POST", "/v1/orders", { body, token });
    assert.equal(without.body.order.status, "cancelled");
  });

  it("gives a refusal again, though its cause is gone", async () => {
    const { account, token } = await signedIn();
    const key = newKey();
    const body = await world().order(account, { marketId, price: 900, quantity: 10_000 });
    const first = await world().call("POST", "/v1/orders", keyed(key, { body, token }));
    assert.equal(first.body.code, "insufficient_cash");
    await world().engine.fund(account.address, 1_000_000_000n);
    isReplay(await world().call("POST", "/v1/orders", keyed(key, { body, token })), first);
    const fresh = await world().call("POST", "/v1/orders", keyed(newKey(), { body, token }));
    assert.equal(fresh.status, 201);
  });

  it("does not freeze a time-out of what may be repeated, alone or in a batch", async () => {
    const { account, token } = await signedIn();
    const [one, two] = [newKey(), newKey()];
    const body = await world().order(account, { marketId, price: 201 });
    const orders = { orders: [await world().order(account, { marketId, price: 202 })] };
    world().engine.silence();
    const timedOut = await Promise.all([
      world().call("POST", "/v1/orders", keyed(one, { body, token })),
      world().call("POST", "/v1/orders/batch", keyed(two, { body: orders, token })),
    ]);
    world().engine.speak();
    assert.deepEqual(
      timedOut.map((reply) => reply.body.code),
      ["engine_timeout", "engine_timeout"],
    );
    const placed = await world().call("POST", "/v1/orders", keyed(one, { body, token }));
    assert.equal(placed.body.order.status, "open");
    const batch = await world().call(
      "POST",
      "/v1/orders/batch",
      keyed(two, { body: orders, token }),
    );
    assert.equal(batch.body.results[0].ok, true);
    const read = await world().call("GET", "/v1/orders?status=open", { token });
    assert.equal(read.body.items.length, 2);
  });

  it("takes up an order whose process died over it", async () => {
    const { account, token } = await signedIn();
    const key = newKey();
    const body = await world().order(account, { marketId, price: 203 });
    world().engine.silence();
    const first = world().call("POST", "/v1/orders", keyed(key, { body, token }));
    await isClaimed(key);
    await lapse(key);
    const second = replica.call("POST", "/v1/orders", keyed(key, { body, token }));
    await isClaimed(key);
    world().engine.speak();
    const replies = await Promise.all([first, second]);
    assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 201]);
    const read = await world().call("GET", "/v1/orders?status=open", { token });
    assert.equal(read.body.items.length, 1);
  });

  it("tells accounts, routes and addresses apart", async () => {
    const [one, two] = [await signedIn(), await signedIn()];
    const key = newKey();
    assert.equal((await withdraw(one.token, key)).status, 201);
    assert.equal((await withdraw(two.token, key)).headers.get("idempotency-replayed"), null);
    const cancel = await world().call("DELETE", "/v1/orders", keyed(key, { token: one.token }));
    assert.deepEqual([cancel.status, cancel.headers.get("idempotency-replayed")], [200, null]);
    const body = await world().order(one.account, { marketId, price: 204 });
    const open = await world().call("POST", "/v1/orders", keyed(key, { body }));
    assert.deepEqual([open.status, open.headers.get("idempotency-replayed")], [201, null]);
    isReplay(await world().call("POST", "/v1/orders", keyed(key, { body })), open);
  });

  it("carries a request out anew once its key is a day old", async () => {
    const { token } = await signedIn();
    const key = newKey();
    await withdraw(token, key);
    const { rows } = await world().pool.query(
      `UPDATE app.idempotency_keys SET expires_at = expires_at - interval '24 hours' WHERE key = $1
       RETURNING expires_at > now() + interval '23 hours' AS early`,
      [key.replaceAll('"', "")],
    );
    assert.deepEqual(rows, [{ early: false }]);
    const again = await withdraw(token, key, { ...WITHDRAWAL, amount: "2000" });
    assert.equal(again.status, 201);
    assert.equal(await reservedMicro(token), "3000");
  });

  it("bounds the keys of an account, whose old ones go on to work", async () => {
    const { token } = await signedIn();
    const first = await withdraw(token, '"bounded-0"');
    for (let i = 1; i < KEYS_MAX; i++) {
      const reply = await withdraw(token, `"bounded-${i}"`, { ...WITHDRAWAL, amount: "0" });
      assert.equal(reply.body.code, "amount_invalid");
    }
    const over = await withdraw(token, newKey());
    assert.equal(over.status, 429);
    assert.equal(over.body.code, "idempotency_keys_exhausted");
    assert.equal(await reservedMicro(token), WITHDRAWAL.amount);
    isReplay(await withdraw(token, '"bounded-0"'), first);
    const other = await signedIn();
    assert.equal((await withdraw(other.token, newKey())).status, 201);
  });

  it("counts the keys that a program's API key sends apart from those of its owner", async () => {
    const { token } = await signedIn();
    const { call } = world();
    const made = await call("POST", "/v1/auth/keys", {
      token,
      body: { name: "bot", scopes: ["trade"] },
    });
    const cancelAll = (key: string, by: string) =>
      call("DELETE", "/v1/orders", keyed(key, { token: by }));
    for (let i = 0; i < KEYS_MAX; i++) {
      assert.equal((await cancelAll(`"bot-${i}"`, made.body.token)).status, 200);
    }
    const over = await cancelAll(newKey(), made.body.token);
    assert.equal(over.body.code, "idempotency_keys_exhausted");
    assert.equal((await withdraw(token, newKey())).status, 201);
    const own = await cancelAll('"bot-0"', token);
    assert.deepEqual([own.status, own.headers.get("idempotency-replayed")], [200, null]);
    const path = `/v1/auth/keys/${made.body.key.id}`;
    assert.equal((await call("DELETE", path, keyed(newKey(), { token }))).status, 200);
  });

  it("keeps no reply with a secret, and carries its request out once", async () => {
    const log = createLog({ service: "test", level: "fatal" });
    const store = createIdempotencyStore(world().pool, { log });
    let done = 0;
    const create = () =>
      answerOnce(
        { scope: "me", route: "POST /keys", key: "k", fingerprint: Buffer.alloc(32), maxKeys: 9 },
        { isRepeatable: false, isReplySecret: true },
        {
          store,
          log,
          requestId: "r",
          carryOut: async () => ({ status: 201, headers: {}, body: `hush ${++done}` }),
        },
      );
    assert.equal((await create()).reply.body, "hush 1");
    await assert.rejects(create, { code: "idempotency_reply_withheld" });
    assert.equal(done, 1);
    const { rows } = await world().pool.query(
      "SELECT body FROM app.idempotency_keys WHERE scope = 'me'",
    );
    assert.deepEqual(rows, [{ body: null }]);
  });
});
