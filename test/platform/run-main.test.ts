import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "mocha";

const RUN_MAIN = new URL("../../platform/run-main.ts", import.meta.url).href;
const START_ERROR = new URL("../../platform/start-error.ts", import.meta.url).href;

function run(thrown: string) {
  const program = `
    import { runMain } from "${RUN_MAIN}";
    import { StartError } from "${START_ERROR}";
    await runMain(async () => { throw ${thrown}; });`;
  return spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
}

describe("a process that cannot start", () => {
  it("logs what nobody foresaw as one line with its code and without its secrets", () => {
    const cause = `Object.assign(new Error("no postgres://agon:hunter2@db.example/agon"), { code: "EXYZ", password: "hunter2" })`;
    const { status, stdout, stderr } = run(cause);
    assert.equal(status, 1);
    assert.equal(stdout, "");
    assert.doesNotMatch(stderr, /hunter2/);
    const line = JSON.parse(stderr);
    assert.deepEqual([line.level, line.err.code], ["fatal", "EXYZ"]);
    assert.match(line.err.message, /db\.example/);
  });

  it("says what was foreseen in a sentence", () => {
    const { status, stderr } = run(`new StartError("config_invalid", "Set DATABASE_URL.")`);
    assert.deepEqual([status, stderr], [1, "Set DATABASE_URL.\n"]);
  });
});
