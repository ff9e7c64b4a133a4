import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ROOT } from "./paths.ts";

const STOP_TIMEOUT_MS = 8_000;
const POLL_MS = 100;
/**
 * Commands leave much short-lived garbage: a larger nursery collects it less often, but stops the process for longer
 * each time. Twice this costs an order a twelfth less CPU, and doubles the slowest acknowledgements.
 */
const NODE_FLAGS = ["--max-semi-space-size=32"];
/** The engine's tables lie in pages of 2 MiB where the system offers them, so that finding a row costs less. */
const HUGE_PAGES = { GLIBC_TUNABLES: "glibc.malloc.hugetlb=1" };

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
  readonly logPath: string;
  /** Resolves when the process is gone; says how, in a few words. */
  readonly exited: Promise<string>;
  /** Resolves with the child's `{ ready: true }` message. @throws Error with one sentence. */
  ready(timeoutMs: number): Promise<void>;
  /** As `ready`, for a child that says so by answering `url` with a 2xx. */
  answers(url: string, timeoutMs: number): Promise<void>;
  stop(): Promise<void>;
}

/** Starts `node <script>` with an IPC channel, in a process group of its own. */
export function startChild(options: ChildOptions): Child {
  mkdirSync(options.logDir, { recursive: true });
  const logPath = join(options.logDir, `${options.name}.log`);
  const log = openSync(logPath, "a");
  const { size: logStart } = fstatSync(log);
  const child = spawn(process.execPath, [...NODE_FLAGS, options.script], {
    cwd: ROOT,
    env: { ...HUGE_PAGES, ...process.env, ...options.env },
    // The file itself, not a pipe through us: whoever outlives us can still write while it stops.
    stdio: ["ignore", log, log, "ipc"],
    // Ctrl-C reaches this process alone, which then stops the others in order.
    detached: true,
  });
  closeSync(log);
  const exited = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(`could not start: ${error.message}`));
    child.once("exit", (code, signal) => resolve(signal ? `killed by ${signal}` : `exit ${code}`));
  });
  const describe = (how: string) =>
    `The ${options.name} died while starting (${how}): ${lastLine(logPath, logStart)} (${logPath})`;
  return {
    name: options.name,
    pid: child.pid ?? -1,
    logPath,
    exited,
    ready: (timeoutMs) => within(timeoutMs, (signal) => readyMessage(child, signal), describe),
    answers: (url, timeoutMs) =>
      within(timeoutMs, (signal) => untilAnswered(url, signal), describe),
    stop: () => stopChild(child, exited),
  };

  /** Waits for `done`, unless the child dies or the time is up. */
  async function within(
    timeoutMs: number,
    done: (signal: AbortSignal) => Promise<void>,
    sentence: (how: string) => string,
  ): Promise<void> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), timeoutMs);
    const died = exited.then((how) => Promise.reject(new Error(sentence(how))));
    const late = new Promise<never>((_, reject) => {
      abort.signal.addEventListener("abort", () =>
        reject(new Error(`The ${options.name} was not ready in time; see ${logPath}.`)),
      );
    });
    try {
      await Promise.race([done(abort.signal), died, late]);
    } finally {
      clearTimeout(timer);
      late.catch(() => {});
      died.catch(() => {});
      abort.abort();
    }
  }
}

/** What the child said last; `start` is where its part of the log begins. */
function lastLine(logPath: string, start: number): string {
  return readFileSync(logPath).subarray(start).toString().trimEnd().split("\n").at(-1) ?? "";
}

/** Resolves with the child's `{ ready: true }` message. */
function readyMessage(child: ChildProcess, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const onMessage = (message: unknown) => {
      if ((message as { ready?: unknown } | null)?.ready === true) resolve();
    };
    child.on("message", onMessage);
    signal.addEventListener("abort", () => child.off("message", onMessage));
  });
}

async function untilAnswered(url: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const answered = await fetch(url, { signal }).then(
      (reply) => reply.ok,
      () => false,
    );
    if (answered) return;
    await delay(POLL_MS);
  }
}

async function stopChild(child: ChildProcess, exited: Promise<string>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}
