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
