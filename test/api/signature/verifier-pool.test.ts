import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "mocha";
import { hexToBytes } from "viem";
import { createOrderVerifier } from "../../../api/signature/order-verifier.ts";
import type { RecoveryImplementation } from "../../../api/signature/recovery.ts";
import { Answer, NO_SIGNATURE, Request } from "../../../api/signature/verification-record.ts";
import { type PoolAnswer, VerifierPool } from "../../../api/signature/verifier-pool.ts";
import {
  startVerifierThread,
  type VerifierThread,
} from "../../../api/signature/verifier-thread.ts";
import { createLog } from "../../../platform/log.ts";
import type { OrderJson } from "../../../protocol/engine/command.ts";
import { randomWallet } from "./wallet.ts";

const domain = { name: "Agon", version: "1", chainId: 1 };

type Handlers = ConstructorParameters<typeof VerifierPool>[0]["start"] extends (
  handlers: infer H,
) => unknown
  ? H
  : never;

/** A thread that answers when the test says so, each request with its own first byte. */
class ModelThread implements VerifierThread {
  readonly #started = Promise.withResolvers<RecoveryImplementation>();
  readonly ready = this.#started.promise;
  readonly sent: Uint8Array[] = [];
  readonly #handlers: Handlers;
  isStopped = false;

  constructor(handlers: Handlers) {
    this.#handlers = handlers;
  }

  start(implementation: RecoveryImplementation = "native"): void {
    this.#started.resolve(implementation);
  }

  send(requests: Uint8Array<ArrayBuffer>): void {
    this.sent.push(requests);
  }

  answer(): void {
    const requests = this.sent.shift();
    assert.ok(requests);
    const answers = new Uint8Array((requests.length / Request.BYTES) * Answer.BYTES);
    for (let i = 0; i * Request.BYTES < requests.length; i++) {
      answers[i * Answer.BYTES] = requests[i * Request.BYTES] as number;
    }
    this.#handlers.onAnswers(answers);
  }

  crash(): void {
    this.#handlers.onEnd(new Error("crashed"));
  }

  async stop(): Promise<void> {
    this.isStopped = true;
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function codeOf(answer: PoolAnswer): string {
  return answer.ok ? "ok" : answer.code;
}

describe("verifier pool", () => {
  let started: ModelThread[];
  let crashes: boolean[];
  let pool: VerifierPool;

  function open(threads: number, maxQueued = 1_000): void {
    started = [];
    crashes = [];
    pool = new VerifierPool({
      threads,
      maxQueued,
      start: (handlers) => {
        const thread = new ModelThread(handlers);
        started.push(thread);
        return thread;
      },
      onCrash: (_error, isReplaced) => crashes.push(isReplaced),
    });
  }

  function submit(byte: number): Promise<PoolAnswer> {
    return pool.submit((requests, start) => {
      requests[start] = byte;
    });
  }

  function thread(index: number): ModelThread {
    const one = started[index];
    assert.ok(one, `thread ${index} was started`);
    return one;
  }

  beforeEach(() => open(1));
  afterEach(() => pool.close());

  it("refuses with engine_busy what its queue cannot hold, until there is room again", async () => {
    open(1, 2);
    const first = [submit(1), submit(2)];
    assert.equal(codeOf(await submit(3)), "engine_busy");
    thread(0).start();
    await turn();
    assert.equal(pool.queued, 0);
    const later = submit(4);
    thread(0).answer();
    for (const answer of await Promise.all(first)) assert.ok(answer.ok);
    await turn();
    thread(0).answer();
    assert.ok((await later).ok);
  });

  it("answers engine_unavailable what it holds when it is closed, and what comes later", async () => {
    thread(0).start();
    const sent = submit(1);
    await turn();
    assert.equal(thread(0).sent.length, 1);
    const queued = Array.from({ length: 100 }, (_, i) => submit(i));
    await pool.close();
    assert.ok(thread(0).isStopped);
    for (const answer of await Promise.all([sent, ...queued, submit(9)])) {
      assert.equal(codeOf(answer), "engine_unavailable");
    }
  });

  it("replaces a thread that crashed and sends its requests once more, in order", async () => {
    thread(0).start();
    const answers = [submit(7), submit(8)];
    await turn();
    thread(0).crash();
    assert.deepEqual(crashes, [true]);
    thread(1).start();
    await turn();
    thread(1).answer();
    const bytes = (await Promise.all(answers)).map((one) => one.ok && one.answer[0]);
    assert.deepEqual(bytes, [7, 8]);
  });

  it("answers internal what ended two threads, and goes on with the rest", async () => {
    thread(0).start();
    const poison = submit(1);
    await turn();
    thread(0).crash();
    thread(1).start();
    await turn();
    const other = submit(2);
    thread(1).crash();
    assert.equal(codeOf(await poison), "internal");
    thread(2).start();
    await turn();
    thread(2).answer();
    assert.ok((await other).ok);
  });

  it("gives a thread up that ends three times in a row without an answer", async () => {
    const waiting = submit(1);
    for (let i = 0; i < 3; i++) thread(i).crash();
    assert.deepEqual(crashes, [true, true, false]);
    assert.equal(codeOf(await waiting), "engine_unavailable");
    await pool.settled;
    assert.ok(pool.isBroken);
    assert.equal(pool.threads, 0);
  });

  it("forgets earlier crashes when a thread has answered", async () => {
    for (let i = 0; i < 6; i++) {
      thread(i).start();
      const answer = submit(i);
      await turn();
      thread(i).answer();
      assert.ok((await answer).ok);
      thread(i).crash();
    }
    assert.ok(crashes.every((isReplaced) => isReplaced));
  });

  it("settles when all threads run, and names the slowest implementation", async () => {
    open(2);
    thread(0).start("native");
    await turn();
    assert.equal(pool.implementation, "native");
    thread(1).start("javascript");
    await pool.settled;
    assert.equal(pool.implementation, "javascript");
  });

  it("sends a lone request at once, and gathers while its threads are occupied", async () => {
    thread(0).start();
    await turn();
    const sizes: number[] = [];
    const answers: Promise<PoolAnswer>[] = [];
    for (let i = 0; i < 2; i++) {
      answers.push(submit(i));
      await turn();
    }
    assert.equal(thread(0).sent.length, 2);
    for (let i = 0; i < 40; i++) answers.push(submit(i));
    await turn();
    assert.equal(thread(0).sent.length, 2, "a third batch waits in the pool");
    while (thread(0).sent.length > 0) {
      sizes.push((thread(0).sent[0] as Uint8Array).length / Request.BYTES);
      thread(0).answer();
    }
    assert.deepEqual(sizes, [1, 1, 32, 8]);
    const first = (await Promise.all(answers)).map((one) => one.ok && one.answer[0]);
    assert.deepEqual(first, [0, 1, ...Array.from({ length: 40 }, (_, i) => i)]);
  });

  it("spreads batches over its threads", async () => {
    open(2);
    for (const one of started) one.start();
    await turn();
    const answers = Array.from({ length: 64 }, (_, i) => submit(i));
    await turn();
    assert.deepEqual(
      started.map(({ sent }) => sent.length),
      [1, 1],
    );
    for (const one of started) one.answer();
    assert.equal((await Promise.all(answers)).length, 64);
  });
});

describe("a real signature thread", function () {
  this.timeout(30_000);
  const records = { domainHash: hexToBytes(`0x${"11".repeat(32)}`), isNativeAllowed: true };

  function submitTo(pool: VerifierPool): Promise<PoolAnswer> {
    return pool.submit((requests, start) => {
      requests[start + Request.RECOVERY_ID] = NO_SIGNATURE;
    });
  }

  it("that is killed in the midst of its work loses no request", async () => {
    const threads: VerifierThread[] = [];
    const crashes: boolean[] = [];
    const pool = new VerifierPool({
      threads: 2,
      maxQueued: 10_000,
      start: (handlers) => {
        const thread = startVerifierThread(records, handlers);
        threads.push(thread);
        return thread;
      },
      onCrash: (_error, isReplaced) => crashes.push(isReplaced),
    });
    await pool.settled;
    const answers = Array.from({ length: 2_000 }, () => submitTo(pool));
    await turn();
    await Promise.all(threads.map((thread) => thread.stop()));
    const all = await Promise.all(answers);
    assert.ok(all.every((one) => one.ok));
    assert.deepEqual(crashes, [true, true]);
    assert.equal(pool.threads, 2);
    await pool.close();
  });

  it("that cannot start is given up", async () => {
    // A domain's hash that is no bytes breaks every thread as it starts.
    const pool = new VerifierPool({
      threads: 1,
      maxQueued: 10,
      start: (handlers) => startVerifierThread({ ...records, domainHash: null as never }, handlers),
      onCrash: () => {},
    });
    await pool.settled;
    assert.ok(pool.isBroken);
    assert.equal(codeOf(await submitTo(pool)), "engine_unavailable");
    await pool.close();
  });
});

const ORDER: OrderJson = {
  maker: `0x${"a1".repeat(20)}`,
  marketId: 1,
  outcome: 1,
  side: 0,
  price: 500,
  quantity: 100,
  timeInForce: 0,
  maxFeeBps: 0,
  expiry: 0,
  nonce: "1",
};

describe("an order verifier whose threads all broke", () => {
  it("verifies on the caller's thread", async () => {
    const threads: ModelThread[] = [];
    const creating = createOrderVerifier({
      domain,
      threads: 1,
      maxQueued: 10,
      isNativeAllowed: true,
      log: createLog({ service: "test", level: "silent" }),
      startThread: (_records, handlers) => {
        const thread = new ModelThread(handlers);
        threads.push(thread);
        setImmediate(() => thread.crash());
        return thread;
      },
    });
    const verifier = await creating;
    assert.equal(threads.length, 3);
    assert.deepEqual(verifier.status(), { implementation: "native", threads: 0, queued: 0 });
    const wallet = randomWallet();
    const { orderHash } = verifier.hashes(ORDER);
    const verified = await verifier.verify(ORDER, wallet.sign(orderHash));
    assert.ok(verified.ok && verified.signature.ok);
    assert.equal(verified.signature.signer, wallet.address);
    await verifier.stop();
  });
});

describe("an order verifier that was stopped", () => {
  it("answers engine_unavailable", async () => {
    const log = createLog({ service: "test", level: "silent" });
    const options = { domain, threads: 1, maxQueued: 10, isNativeAllowed: true, log };
    const verifier = await createOrderVerifier(options);
    await verifier.stop();
    const refused = await verifier.verify(ORDER, `0x${"11".repeat(65)}`);
    assert.ok(!refused.ok);
    assert.equal(refused.code, "engine_unavailable");
  });
});

describe("what the verifier says of itself", () => {
  function lines(): { log: ReturnType<typeof createLog>; said: () => Record<string, unknown>[] } {
    const all: string[] = [];
    const destination = { write: (line: string) => void all.push(line) };
    const log = createLog({ service: "test", level: "info", destination });
    return { log, said: () => all.map((line) => JSON.parse(line)) };
  }

  it("warns when it fell back to JavaScript", async () => {
    const { log, said } = lines();
    const options = { domain, threads: 0, maxQueued: 1, log };
    const verifier = await createOrderVerifier({ ...options, isNativeAllowed: false });
    assert.equal(verifier.status().implementation, "javascript");
    assert.deepEqual(
      said().map(({ level }) => level),
      ["warn"],
    );
  });

  it("tells in passing that it is native", async () => {
    const { log, said } = lines();
    const options = { domain, threads: 0, maxQueued: 1, log };
    const verifier = await createOrderVerifier({ ...options, isNativeAllowed: true });
    assert.equal(verifier.status().implementation, "native");
    assert.deepEqual(
      said().map(({ level }) => level),
      ["info"],
    );
  });
});
