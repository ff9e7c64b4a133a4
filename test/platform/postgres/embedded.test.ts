import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, it } from "mocha";
import pg from "pg";
import { createLog } from "../../../platform/log.ts";
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from "../../../platform/postgres/embedded.ts";

const log = createLog({ service: "test", level: "silent" });
const OWNER = fileURLToPath(new URL("./embedded-owner.ts", import.meta.url));

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe("embedded PostgreSQL", function () {
  this.timeout(30_000);
  let folder: string;
  let dataDir: string;
  let running: EmbeddedPostgres[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "agon-embedded-"));
    dataDir = join(folder, "pg");
    running = [];
  });

  afterEach(async () => {
    await Promise.all(running.map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  });

  async function start(port = 0): Promise<EmbeddedPostgres> {
    const server = await startEmbeddedPostgres({ dataDir, port, log });
    running.push(server);
    return server;
  }

  it("refuses a port that another process listens on, and leaves the folder usable", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as { port: number };
    await assert.rejects(start(port), { code: "port_taken" });
    taken.close();
    await once(taken, "close");
    assert.equal((await start(port)).port, port);
  });

  it("refuses a folder that cannot be", async () => {
    await writeFile(join(folder, "file"), "");
    dataDir = join(folder, "file", "pg");
    await assert.rejects(start(), { code: "right_missing" });
  });

  it("refuses a folder that another living process uses", async () => {
    const owner = spawn(process.execPath, [OWNER], {
      env: { ...process.env, DATA_DIR: dataDir },
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(owner.stdout, "data");
    await assert.rejects(start(), { code: "data_dir_in_use" });
    owner.kill("SIGKILL");
    await once(owner, "exit");
    // The killed owner left its server running: it is ended, and its data is taken up.
    const server = await start();
    assert.deepEqual(await query(server.databaseUrl, "SELECT 1 AS one"), [{ one: 1 }]);
  });

  it("keeps its data in the folder that it was given, also below closed folders", async () => {
    dataDir = join(folder, "closed", "pg");
    await mkdir(join(folder, "closed"), { mode: 0o700 });
    assert.equal((await start()).dataDir, dataDir);
  });

  it("keeps its data from one start to the next", async () => {
    const first = await start();
    await query(first.databaseUrl, "CREATE TABLE kept AS SELECT 42 AS answer");
    await first.stop();
    const second = await start();
    assert.deepEqual(await query(second.databaseUrl, "SELECT answer FROM kept"), [{ answer: 42 }]);
  });

  it("starts over what an interrupted first start left", async () => {
    const first = await start();
    await first.stop();
    await rm(join(dataDir, "PG_VERSION"));
    await rm(dataDir, { recursive: true });
    await writeFile(`${dataDir}.partial`, "half a cluster");
    const server = await start();
    const rows = await query(server.databaseUrl, "SELECT current_database() AS name");
    assert.deepEqual(rows, [{ name: "agon" }]);
  });

  it("starts over a postmaster.pid of a process that is gone", async () => {
    const first = await start();
    await first.stop();
    await writeFile(join(dataDir, "postmaster.pid"), "999999\n");
    const server = await start();
    assert.deepEqual(await query(server.databaseUrl, "SELECT 1 AS one"), [{ one: 1 }]);
  });

  it("listens on the loopback address only and asks for a password", async () => {
    const { databaseUrl } = await start();
    const listen = await query(databaseUrl, "SHOW listen_addresses");
    assert.deepEqual(listen, [{ listen_addresses: "127.0.0.1" }]);
    const wrong = databaseUrl.replace("agon:agon@", "agon:wrong@");
    await assert.rejects(query(wrong, "SELECT 1"), { code: "28P01" });
  });
});
