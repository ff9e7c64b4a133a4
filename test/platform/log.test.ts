import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createLog } from "../../platform/log.ts";

describe("log", () => {
  function capture(write: (log: ReturnType<typeof createLog>) => void): Record<string, unknown>[] {
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    write(createLog({ service: "test", level: "debug", destination }));
    return lines.map((line) => JSON.parse(line));
  }

  it("hides secrets at every level of an object", () => {
    const secret = "s3cr3t";
    const lines = capture((log) => {
      log.info({ privateKey: secret, config: { OPERATOR_PRIVATE_KEY: secret } }, "a");
      log.info({ req: { headers: { authorization: secret, cookie: secret } } }, "b");
      log.info({ res: { headers: { "set-cookie": secret, "x-signature": secret } } }, "c");
      log.info({ body: { order: { signature: secret } }, databaseUrl: secret }, "d");
    });
    assert.equal(lines.length, 4);
    assert.doesNotMatch(JSON.stringify(lines), /s3cr3t/);
    assert.match(JSON.stringify(lines), /\[secret\]/);
  });

  it("outlives whatever it is handed, and keeps what libraries hang on an error to itself", () => {
    const circular: Record<string, unknown> = {};
    circular["self"] = circular;
    const [error, circle, odd] = capture((log) => {
      const packet = { rawPacket: Buffer.from("s3cr3t"), code: "HPE_INVALID" };
      log.error({ err: Object.assign(new TypeError("broken"), packet) }, "a");
      log.error({ circular }, "b");
      log.error({ amount: 5n, bytes: Buffer.from("x"), none: undefined }, "c");
    });
    assert.ok(error);
    const { type, message, code, ...rest } = error["err"] as Record<string, unknown>;
    assert.deepEqual([type, message, code], ["TypeError", "broken", "HPE_INVALID"]);
    assert.deepEqual(Object.keys(rest), ["stack"]);
    assert.ok(circle?.["unloggable"]);
    assert.equal(odd?.["amount"], "5");
  });

  it("tells of a service's URL only its host", () => {
    const lines = capture((log) => {
      const cause = new Error("URL: https://rpc.example:8545/v2/k3y?a=k3y failed");
      log.warn(
        { err: new Error("postgresql://user:k3y@db.example:5432/agon?x=k3y", { cause }) },
        "a",
      );
    });
    const text = JSON.stringify(lines);
    assert.doesNotMatch(text, /k3y/);
    assert.match(text, /rpc\.example:8545/);
    assert.match(text, /db\.example:5432/);
  });

  it("writes one JSON object a line with service, level and time", () => {
    const [line] = capture((log) => log.warn({ seq: 1 }, "hello"));
    assert.equal(line?.["service"], "test");
    assert.equal(line?.["level"], "warn");
    assert.equal(line?.["seq"], 1);
    assert.ok(Date.parse(String(line?.["time"])) > 0);
  });

  it("carries a request's id on each line of its child", () => {
    const [line] = capture((log) => log.child({ requestId: "r-1" }).info("served"));
    assert.equal(line?.["requestId"], "r-1");
  });
});
