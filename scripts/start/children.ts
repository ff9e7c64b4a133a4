import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./paths.ts";

const STOP_TIMEOUT_MS = 8_000;
const TAIL_CHARS = 4_000;

export interface ChildOptions {
  name: string;
  script: string;
  env: Record<string, string>;
  /** Everything that the child prints goes to `<logDir>/<name>.log`. */
  logDir: string;
}

/** One process of the exchange: started, waited for until ready, watched, stopped. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  /** Resolves when the process has gone; says how, in a few words. */
  readonly exited: Promise<string>;
  /** Resolves with the child's `{ ready: true, … }` message. @throws when it dies or the time is up. */
  ready(timeoutMs: number): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

/** Starts `node <script>` with an IPC channel, in a process group of its own. */
export function startChild(options: ChildOptions): Child {
  mkdirSync(options.logDir, { recursive: true });
  const logPath = join(options.logDir, `${options.name}.log`);
  const log = createWriteStream(logPath);
  let tail = "";
  const child = spawn(process.execPath, [options.script], {
    cwd: ROOT,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    // Ctrl-C reaches this process alone, which then stops the others in order.
    detached: true,
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      log.write(chunk);
      tail = (tail + chunk.toString()).slice(-TAIL_CHARS);
    });
  }
  const exited = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(`could not start: ${error.message}`));
    child.once("exit", (code, signal) => resolve(signal ? `killed by ${signal}` : `exit ${code}`));
  });
  void exited.then(() => log.end());
  const lastLine = () => tail.trimEnd().split("\n").at(-1) ?? "";
  return {
    name: options.name,
    pid: child.pid ?? -1,
    exited,
    ready: (timeoutMs) => waitUntilReady(child, exited, options.name, timeoutMs, logPath, lastLine),
    stop: () => stopChild(child, exited),
  };
}

function waitUntilReady(
  child: ChildProcess,
  exited: Promise<string>,
  name: string,
  timeoutMs: number,
  logPath: string,
  lastLine: () => string,
): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`The ${name} was not ready after ${timeoutMs / 1000} s; see ${logPath}.`));
    }, timeoutMs);
    child.on("message", (message: Record<string, unknown>) => {
      if (message["ready"] !== true) return;
      clearTimeout(timer);
      resolve(message);
    });
    void exited.then((how) => {
      clearTimeout(timer);
      reject(new Error(`The ${name} died while starting (${how}): ${lastLine()} (log: ${logPath})`));
    });
  });
}

async function stopChild(child: ChildProcess, exited: Promise<string>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}
