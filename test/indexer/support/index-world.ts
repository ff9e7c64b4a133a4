import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { freePort } from "../../../platform/free-port.ts";
import { createLog } from "../../../platform/log.ts";
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from "../../../platform/postgres/embedded.ts";
import type { Deployment } from "../../../protocol/deployment.ts";
import { migrateDatabase } from "../../../scripts/migrate.ts";
import { eventually } from "../../offchain-engine/chain/eventually.ts";

const INDEXER_SCRIPT = fileURLToPath(new URL("../../../indexer/main.ts", import.meta.url));
export const READER_PASSWORD = "reader of the test";

/** A database of a test's own, migrated as the exchange's is, and a folder for files. */
export interface IndexWorld {
  folder: string;
  databaseUrl: string;
  readerUrl: string;
  /** Rows of a query as the owner. */
  rows<Row extends object = Record<string, unknown>>(
    sql: string,
    values?: unknown[],
  ): Promise<Row[]>;
  /** Waits until the index has reached `block`. */
  indexed(block: bigint | number): Promise<void>;
  stop(): Promise<void>;
}

export async function startIndexWorld(): Promise<IndexWorld> {
  const folder = mkdtempSync(join(tmpdir(), "agon-indexer-"));
  const postgres: EmbeddedPostgres = await startEmbeddedPostgres({
    dataDir: join(folder, "postgres"),
    port: 0,
    log: createLog({ service: "test", level: "silent" }),
    durable: false,
  });
  const { databaseUrl } = postgres;
  await migrateDatabase({ databaseUrl, readerPassword: READER_PASSWORD });
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const rows: IndexWorld["rows"] = async <Row extends object>(sql: string, values?: unknown[]) =>
    (await client.query<Row>(sql, values)).rows;
  const readerUrl = new URL(databaseUrl);
  readerUrl.username = "agon_reader";
  readerUrl.password = READER_PASSWORD;
  return {
    folder,
    databaseUrl,
    readerUrl: readerUrl.href,
    rows,
    indexed: async (block) => {
      await eventually(`the index at block ${block}`, async () => {
        const [head] = await rows<{ block_number: string }>("SELECT block_number FROM chain.head");
        return head !== undefined && BigInt(head.block_number) >= BigInt(block);
      });
    },
    stop: async () => {
      await client.end();
      await postgres.stop();
      for (const path of [folder, postgres.dataDir]) rmSync(path, { recursive: true, force: true });
    },
  };
}

/** A running `npm run indexer`. */
export interface IndexerProcess {
  port: number;
  schema: string;
  child: ChildProcess;
  /** All that it printed so far. */
  said(): string;
  stop(): Promise<void>;
}

export interface IndexerOptions {
  databaseUrl: string;
  rpcUrl: string;
  deploymentFile: string;
  port?: number;
}

/** Starts the indexer and waits until it is ready. @throws Error with what it said when it ends first. */
export async function startIndexer(options: IndexerOptions): Promise<IndexerProcess> {
  const port = options.port ?? (await freePort());
  const { child, said } = spawnIndexer({ ...options, port });
  const [ready] = (await Promise.race([
    once(child, "message"),
    once(child, "exit").then(() => Promise.reject(new Error(said()))),
  ])) as [{ schema: string }];
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    await exited;
  };
  return { port, schema: ready.schema, child, said, stop };
}

/** Runs the indexer until it ends by itself: its exit code, and all that it said. */
export async function runIndexerToItsEnd(
  options: IndexerOptions,
): Promise<{ code: number; said: string }> {
  const { child, said } = spawnIndexer({ ...options, port: options.port ?? (await freePort()) });
  const [code] = (await once(child, "close")) as [number];
  return { code, said: said() };
}

function spawnIndexer(options: Required<IndexerOptions>) {
  const child = spawn(process.execPath, [INDEXER_SCRIPT], {
    env: {
      ...process.env,
      DATABASE_URL: options.databaseUrl,
      RPC_URL: options.rpcUrl,
      DEPLOYMENT_FILE: options.deploymentFile,
      INDEXER_PORT: String(options.port),
      LOG_LEVEL: "warn",
    },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  return { child, said: () => text };
}

/** Writes a deployment's JSON into the world's folder and returns its path. */
export function writeDeployment(world: IndexWorld, deployment: Deployment, name = "deployment") {
  const path = join(world.folder, `${name}.json`);
  writeFileSync(path, JSON.stringify(deployment));
  return path;
}
