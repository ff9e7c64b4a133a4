import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, it } from "mocha";

const SCRIPT = fileURLToPath(new URL("./shutting-down.ts", import.meta.url));

/** Starts the process, gives it `signal` once it is ready, and tells how it ended. */
async function run(
  env: Record<string, string>,
  signal: NodeJS.Signals | "disconnect" | null,
): Promise<{ code: number | null; said: string[] }> {
  const child = spawn(process.execPath, [SCRIPT], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "ignore", "ipc"],
  });
  const { stdout } = child;
  assert.ok(stdout);
  let said = "";
  stdout.on("data", (chunk: Buffer) => {
    const wasReady = said.includes("ready");
    said += chunk.toString();
    if (wasReady || !said.includes("ready")) return;
    if (signal === "disconnect") child.disconnect();
    else if (signal) child.kill(signal);
  });
  const [[code]] = await Promise.all([once(child, "exit"), once(stdout, "end")]);
  return { code, said: said.trim().split("\n").slice(1) };
}

describe("shutdown", function () {
  this.timeout(30_000);
  it("gives up on a part that does not stop in time", async () => {
    const { code, said } = await run({ STUCK: "second" }, "SIGTERM");
    assert.equal(code, 1);
    assert.deepEqual(said, ["third", "second"]);
  });

  it("stops the other parts when one fails to, and says so by its exit code", async () => {
    const { code, said } = await run({ FAILING: "third" }, "SIGTERM");
    assert.equal(code, 1);
    assert.deepEqual(said, ["third", "second", "first"]);
  });

  it("ends at once on a rejection that nobody handles", async () => {
    const { code, said } = await run({ BUG: "1" }, null);
    assert.equal(code, 1);
    assert.deepEqual(said, []);
  });

  it("stops parts in reverse order on SIGTERM, SIGINT and a parent that is gone", async () => {
    for (const signal of ["SIGTERM", "SIGINT", "disconnect"] as const) {
      const { code, said } = await run({}, signal);
      assert.equal(code, 0);
      assert.deepEqual(said, ["third", "second", "first"]);
    }
  });
});
