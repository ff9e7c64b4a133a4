import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { freePort } from "../free-port.ts";
import type { Log } from "../log.ts";
import { StartError } from "../start-error.ts";
import { claimDataDir, isAlive, orphanedServer, releaseDataDir } from "./data-dir-owner.ts";
import { type ServerAccount, serverAccount } from "./embedded-account.ts";
import { findBinaries, type PostgresBinaries, reachableDataDir } from "./embedded-binaries.ts";

const HOST = "127.0.0.1";
const ROLE = "agon";
const PASSWORD = "agon";
const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 15_000;
const POLL_MS = 50;
const TAIL_CHARS = 4_000;

export interface EmbeddedPostgresOptions {
  /** Kept between starts. */
  dataDir: string;
  /** 0: any free port. */
  port: number;
  log: Log;
  database?: string;
  /** False only where the data is thrown away: a crash of the machine may then lose commits. */
  durable?: boolean;
}

export interface EmbeddedPostgres {
  databaseUrl: string;
  port: number;
  dataDir: string;
  /** Resolves when the server is gone, asked to or not; says how, in a few words. */
  exited: Promise<string>;
  /** Disconnects clients, checkpoints and ends the server. */
  stop(): Promise<void>;
}

interface Server {
  binaries: PostgresBinaries;
  account: ServerAccount | null;
  dataDir: string;
  port: number;
  durable: boolean;
  log: Log;
}

/**
 * A real PostgreSQL server of our own on 127.0.0.1, listening only there. The first start creates
 * the cluster; a later one takes up the same data, after ending a server that a killed owner left.
 * @throws StartError `port_taken`, `right_missing`, `data_dir_in_use`, `postgres_failed`.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const account = serverAccount();
  const dataDir = prepareDataDir(account, resolve(options.dataDir));
  const server: Server = {
    binaries: await findBinaries(account),
    account,
    dataDir,
    port: options.port === 0 ? await freePort() : options.port,
    durable: options.durable ?? true,
    log: options.log,
  };
  try {
    await endOrphan(server);
    await createCluster(server);
    const child = await startServer(server);
    const databaseUrl = await createDatabase(server.port, options.database ?? "agon");
    const exited = new Promise<string>((resolve) => {
      child.once("exit", (code, signal) =>
        resolve(signal ? `killed by ${signal}` : `exit ${code}`),
      );
    });
    const { port } = server;
    return { databaseUrl, port, dataDir, exited, stop: () => stopServer(child, dataDir) };
  } catch (error) {
    releaseDataDir(dataDir);
    throw error;
  }
}

function prepareDataDir(account: ServerAccount | null, wanted: string): string {
  try {
    const dataDir = reachableDataDir(account, wanted);
    claimDataDir(dataDir);
    return dataDir;
  } catch (cause) {
    if (cause instanceof StartError) throw cause;
    throw rightMissing(wanted, cause);
  }
}

function rightMissing(path: string, cause: unknown): StartError {
  return new StartError(
    "right_missing",
    `The database directory ${path} cannot be written by this user; choose another, or mend its rights.`,
    { cause },
  );
}

async function endOrphan({ dataDir, log }: Server): Promise<void> {
  const pid = orphanedServer(dataDir);
  if (pid === null) return;
  log.warn({ pid }, "ending a database server that an earlier run left behind");
  process.kill(pid, "SIGINT");
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (isAlive(pid) && Date.now() < deadline) await delay(POLL_MS);
  if (isAlive(pid)) process.kill(pid, "SIGQUIT");
}

/** Created beside and moved into place, so that an interrupted first start leaves no half cluster. */
async function createCluster(server: Server): Promise<void> {
  const { dataDir, account, binaries } = server;
  if (existsSync(join(dataDir, "PG_VERSION"))) return;
  const partial = `${dataDir}.partial`;
  const passwordFile = join(dirname(dataDir), `.${randomBytes(6).toString("hex")}.password`);
  try {
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { mode: 0o700 });
    writeFileSync(passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
    if (account) {
      chownSync(partial, account.uid, account.gid);
      chownSync(passwordFile, account.uid, account.gid);
    }
    await run(server, binaries.initdb, [
      `--pgdata=${partial}`,
      "--auth=scram-sha-256",
      `--username=${ROLE}`,
      `--pwfile=${passwordFile}`,
      "--encoding=UTF8",
      "--locale=C",
      ...(server.durable ? [] : ["--no-sync"]),
    ]);
    renameSync(partial, dataDir);
  } catch (cause) {
    if (cause instanceof StartError) throw cause;
    throw rightMissing(dataDir, cause);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function spawnAs({ account }: Server, file: string, args: string[]): ChildProcess {
  return spawn(file, args, {
    ...(account ?? {}),
    cwd: "/",
    env: { ...process.env, LC_ALL: "C" },
    stdio: ["ignore", "ignore", "pipe"],
    // Ctrl-C in a terminal must not stop the server before those that write to it.
    detached: true,
  });
}

/** Runs to the end. @throws StartError `postgres_failed` with what it last said. */
function run(server: Server, file: string, args: string[]): Promise<void> {
  const child = spawnAs(server, file, args);
  const tail = keepTail(child);
  return new Promise((resolve, reject) => {
    child.once("error", (cause) => reject(failure(server, tail(), cause)));
    child.once("close", (code) => (code === 0 ? resolve() : reject(failure(server, tail()))));
  });
}

function keepTail(child: ChildProcess): () => string {
  let tail = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    tail = (tail + chunk).slice(-TAIL_CHARS);
  });
  return () => tail;
}

function serverFlags({ dataDir, port, durable }: Server): string[] {
  const settings = {
    listen_addresses: HOST,
    port: String(port),
    unix_socket_directories: "",
    max_connections: "200",
    shared_buffers: "128MB",
    ...(durable ? {} : { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
  };
  return [
    "-D",
    dataDir,
    ...Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`]),
  ];
}

async function startServer(server: Server): Promise<ChildProcess> {
  const child = spawnAs(server, server.binaries.postgres, serverFlags(server));
  const tail = keepTail(child);
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill("SIGQUIT");
      reject(failure(server, tail()));
    }, START_TIMEOUT_MS);
    const settle = (action: () => void) => {
      clearTimeout(timer);
      action();
    };
    child.stderr?.on("data", () => {
      if (tail().includes("ready to accept connections")) settle(resolve);
    });
    child.once("error", (cause) => settle(() => reject(failure(server, tail(), cause))));
    child.once("close", () => settle(() => reject(failure(server, tail()))));
  });
  // Whichever way this process ends, it takes its server along.
  const endWithUs = () => void child.kill("SIGINT");
  process.once("exit", endWithUs);
  child.once("exit", () => process.off("exit", endWithUs));
  return child;
}

function failure(server: Server, said: string, cause?: unknown): StartError {
  if (/could not bind|Address already in use/.test(said)) {
    return new StartError(
      "port_taken",
      `Port ${server.port} of ${HOST} is taken by another process; PostgreSQL needs a free one.`,
    );
  }
  if (/Permission denied|Operation not permitted/.test(said))
    return rightMissing(server.dataDir, said);
  const lastLine = said.trimEnd().split("\n").at(-1) ?? "";
  return new StartError("postgres_failed", `PostgreSQL did not start: ${lastLine}`, { cause });
}

async function createDatabase(port: number, database: string): Promise<string> {
  const url = (name: string) => `postgresql://${ROLE}:${PASSWORD}@${HOST}:${port}/${name}`;
  const client = new pg.Client({ connectionString: url("postgres") });
  await client.connect();
  try {
    const found = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [database]);
    if (found.rowCount === 0) {
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`);
    }
  } finally {
    await client.end();
  }
  return url(database);
}

async function stopServer(child: ChildProcess, dataDir: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill("SIGINT");
    const timer = setTimeout(() => child.kill("SIGQUIT"), STOP_TIMEOUT_MS);
    await gone;
    clearTimeout(timer);
  }
  releaseDataDir(dataDir);
}
