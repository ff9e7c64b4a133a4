import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, type WriteStream } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../start/paths.ts";

const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 1_600;
/** Who lived so long is started again without a long pause. */
const HEALTHY_AFTER_MS = 5_000;
const STOP_TIMEOUT_MS = 10_000;
const TAIL_CHARS = 20_000;

/** A process under `restart: on-failure`, as docker-compose.yml runs ours. */
export interface SupervisedProcess {
  readonly name: string;
  /** Whether the process that runs now has said that it is ready. */
  isReady(): boolean;
  /** How often it was started again. */
  restarts(): number;
  /** What it printed last. */
  tail(): string;
  /** Resolves when a process of it has said that it is ready; at once when one has. @throws Error */
  ready(timeoutMs: number): Promise<void>;
  /** `kill -9`; resolves when it is gone. It is started again as after any crash. */
  kill(): Promise<void>;
  /** SIGSTOP: it neither runs nor ends. */
  freeze(): void;
  thaw(): void;
  /** SIGTERM, and for good. */
  stop(): Promise<void>;
}

/** Starts `node <script>` and starts it again whenever it ends by itself with anything but 0. */
export function superviseProcess(options: {
  name: string;
  script: string;
  env: Record<string, string>;
  logDir: string;
}): SupervisedProcess {
  const { name, script, env, logDir } = options;
  const log = createWriteStream(join(logDir, `${name}.log`), { flags: "a" });
  let child: ChildProcess;
  let exited: Promise<void>;
  let isStopping = false;
  let isReady = false;
  let tail = "";
  let restarts = 0;
  let pauseMs = FIRST_PAUSE_MS;
  let timer: NodeJS.Timeout | null = null;
  let onReady = Promise.withResolvers<void>();

  function start(): void {
    const startedMs = Date.now();
    timer = null;
    child = spawnNode(script, env);
    keep(child, log, (text) => {
      tail = (tail + text).slice(-TAIL_CHARS);
    });
    child.on("message", (message) => {
      if ((message as { ready?: unknown } | null)?.ready !== true) return;
      isReady = true;
      onReady.resolve();
    });
    exited = new Promise((resolve) => {
      child.once("exit", (code, signal) => {
        if (isReady) onReady = Promise.withResolvers<void>();
        isReady = false;
        log.write(`--- ${name} ended: ${signal ?? code} after ${Date.now() - startedMs} ms\n`);
        resolve();
        if (isStopping || code === 0) return;
        pauseMs = pauseAfter(Date.now() - startedMs, pauseMs);
        restarts++;
        timer = setTimeout(start, pauseMs);
      });
    });
  }

  start();
  return {
    name,
    isReady: () => isReady,
    restarts: () => restarts,
    tail: () => tail,
    ready: (timeoutMs) => inTime(onReady.promise, timeoutMs, () => `${name} is not ready: ${tail}`),
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
    freeze: () => void child.kill("SIGSTOP"),
    thaw: () => void child.kill("SIGCONT"),
    async stop() {
      isStopping = true;
      if (timer) clearTimeout(timer);
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(late);
      log.end();
    },
  };
}

function spawnNode(script: string, env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [join(ROOT, script)], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    // With the channel it says that it is ready, and ends when this process dies.
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
}

/** How long to wait before the next start of what lived for `livedMs`. */
function pauseAfter(livedMs: number, pauseMs: number): number {
  return livedMs > HEALTHY_AFTER_MS ? FIRST_PAUSE_MS : Math.min(2 * pauseMs, MAX_PAUSE_MS);
}

function keep(child: ChildProcess, log: WriteStream, onText: (text: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      log.write(text);
      onText(text);
    });
  }
}

/** @throws Error with the sentence when `promise` takes longer. */
async function inTime(
  promise: Promise<void>,
  timeoutMs: number,
  sentence: () => string,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(sentence())), timeoutMs);
  });
  await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
