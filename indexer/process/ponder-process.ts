import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { IndexerConfig } from "../config.ts";
import { VIEWS_SCHEMA } from "./schema-name.ts";

const TAIL_CHARS = 8_000;
const STOP_TIMEOUT_MS = 7_000;

/** The folder that Ponder takes for its root. */
export const INDEXER_FOLDER = fileURLToPath(new URL("..", import.meta.url));

export interface PonderProcess {
  readonly pid: number;
  /** Resolves with a few words when the process has gone. */
  readonly exited: Promise<string>;
  /** What it last complained of, for the sentence on its death. */
  lastComplaint(): string;
  stop(): Promise<void>;
}

/** Starts `ponder start` on `schema`, publishing its tables and views in schema `chain`. */
export function startPonder(config: IndexerConfig, schema: string): PonderProcess {
  const child = spawn(process.execPath, ponderArguments(config, schema), {
    cwd: dirname(INDEXER_FOLDER.replace(/\/$/, "")),
    env: ponderEnvironment(config),
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    // Ctrl-C reaches the parent alone, which stops Ponder in its turn.
    detached: true,
  });
  let tail = "";
  for (const [stream, out] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    stream?.on("data", (chunk: Buffer) => {
      out.write(chunk);
      tail = (tail + chunk.toString()).slice(-TAIL_CHARS);
    });
  }
  const exited = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(`could not start: ${error.message}`));
    child.once("exit", (code, signal) => resolve(signal ? `killed by ${signal}` : `exit ${code}`));
  });
  return {
    pid: child.pid ?? -1,
    exited,
    lastComplaint: () => lastComplaint(tail),
    async stop() {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}

function ponderArguments(config: IndexerConfig, schema: string): string[] {
  return [
    ...["--import", import.meta.resolve("./die-with-parent.ts")],
    ...[ponderBinary(), "start", "--root", INDEXER_FOLDER],
    ...["--schema", schema, "--views-schema", VIEWS_SCHEMA],
    ...["--hostname", config.host, "--port", String(config.port)],
    ...["--log-format", "json", "--log-level", config.logLevel],
  ];
}

function ponderEnvironment(config: IndexerConfig): NodeJS.ProcessEnv {
  const { PORT: _port, DATABASE_PRIVATE_URL: _url, DATABASE_SCHEMA: _schema, ...env } = process.env;
  return {
    ...env,
    DATABASE_URL: config.databaseUrl,
    RPC_URL: config.rpcUrl,
    DEPLOYMENT_FILE: config.deploymentFile,
    INDEXER_POLLING_MS: String(config.pollingMs),
    PONDER_TELEMETRY_DISABLED: "true",
  };
}

/** Ponder exports no path of its binary; its package.json lies beside the `dist` that its entry is in. */
function ponderBinary(): string {
  const entry = fileURLToPath(import.meta.resolve("ponder"));
  return join(dirname(entry), "bin", "ponder.js");
}

/** The last message of level error (50) or above in Ponder's JSON log, else its last line. */
function lastComplaint(tail: string): string {
  const lines = tail.trimEnd().split("\n");
  for (const line of lines.toReversed()) {
    const entry = parseLine(line);
    if (entry === null || (entry.level ?? 0) < 50) continue;
    return entry.error?.message ?? entry.msg ?? line;
  }
  return lines.at(-1) ?? "";
}

interface LogLine {
  level?: number;
  msg?: string;
  error?: { message?: string };
}

function parseLine(line: string): LogLine | null {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return null;
  }
}
