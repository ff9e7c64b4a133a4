import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { freePort } from "../../platform/free-port.ts";
import type { StartError } from "../../platform/start-error.ts";
import { type RunningExchange, startExchange } from "../../scripts/start/exchange.ts";
import type { ExchangeOptions } from "../../scripts/start/options.ts";
import { silentProgress } from "../../scripts/start/progress.ts";
import { runCommand } from "../end-to-end/run-command.ts";

const START_TIMEOUT_MS = 120_000;

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Process ids of the direct children, by the kernel's own books. */
function childrenOf(pid: number): number[] {
  const tasks = readdirSync(`/proc/${pid}/task`);
  const lists = tasks.map((task) => readFileSync(`/proc/${pid}/task/${task}/children`, "utf8"));
  return lists.join(" ").split(" ").filter(Boolean).map(Number);
}

describe("startExchange", () => {
  let folder: string;
  let options: ExchangeOptions;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "agon-start-"));
    options = {
      dataDir: join(folder, "data"),
      postgresPort: 0,
      chainPort: 0,
      apiPort: 0,
      indexerPort: 0,
      settle: true,
      logLevel: "info",
      progress: silentProgress,
    };
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it("names the port that is taken and the variable that moves it", async () => {
    const squatter: Server = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => squatter.listen(port, "127.0.0.1", resolve));
    await assert.rejects(startExchange({ ...options, chainPort: port }), (error: StartError) => {
      assert.equal(error.code, "port_taken");
      assert.match(error.message, new RegExp(`${port}.*CHAIN_PORT`));
      return true;
    });
    await new Promise((resolve) => squatter.close(resolve));
  });

  it("says so when its folder cannot be written", async () => {
    const file = join(folder, "a-file");
    writeFileSync(file, "");
    await assert.rejects(
      startExchange({ ...options, dataDir: join(file, "data") }),
      (error: StartError) => error.code === "right_missing",
    );
  });

  it("ends with one sentence when its chain dies, leaves no process, and starts again at once", async function again() {
    this.timeout(2 * START_TIMEOUT_MS);
    const first = await startExchange(options);
    const pids = Object.values(first.pids());
    process.kill(first.pids()["chain"] as number, "SIGKILL");
    assert.match(await first.failed, /^The chain died \(killed by SIGKILL\); see .*chain\.log\.$/);
    await first.stop();
    assert.deepEqual(pids.filter(isRunning), []);

    const second: RunningExchange = await startExchange(options);
    const reply = await fetch(`${second.apiUrl}/health/detailed`);
    assert.equal(reply.status, 200);
    await second.stop();
  });

  it("stops every part on Ctrl-C, and says that it does", async function interrupt() {
    this.timeout(START_TIMEOUT_MS);
    const port = await freePort();
    const start = runCommand("exec node scripts/start.ts", {
      AGON_DATA_DIR: options.dataDir,
      POSTGRES_PORT: String(await freePort()),
      CHAIN_PORT: String(await freePort()),
      INDEXER_PORT: String(await freePort()),
      API_PORT: String(port),
    });
    await start.prints("Ctrl-C stops everything.", START_TIMEOUT_MS);
    start.interrupt();
    assert.equal(await start.ended, 0);
    assert.match(start.output(), /Stopping\.\s*$/);
    await assert.rejects(fetch(`http://127.0.0.1:${port}/health`));
  });

  it("takes every child along when it is itself killed, and starts again on the same ports", async function orphans() {
    this.timeout(2 * START_TIMEOUT_MS);
    const ports = {
      postgresPort: await freePort(),
      chainPort: await freePort(),
      apiPort: await freePort(),
      indexerPort: await freePort(),
    };
    const start = runCommand("exec node scripts/start.ts", {
      AGON_DATA_DIR: options.dataDir,
      POSTGRES_PORT: String(ports.postgresPort),
      CHAIN_PORT: String(ports.chainPort),
      INDEXER_PORT: String(ports.indexerPort),
      API_PORT: String(ports.apiPort),
    });
    await start.prints("Ctrl-C stops everything.", START_TIMEOUT_MS);
    const children = childrenOf(start.pid);
    assert.ok(children.length >= 4, `${children.length} children`);
    await start.kill();
    const next = await startExchange({ ...options, ...ports });
    assert.deepEqual(children.filter(isRunning), []);
    await next.stop();
  });
});
