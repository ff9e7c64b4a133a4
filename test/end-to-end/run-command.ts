import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ROOT } from "../../scripts/start/paths.ts";

/** As in an npm script: our Node before the machine's. */
const SCRIPT_PATH = [join(ROOT, "node_modules", ".bin"), process.env["PATH"]].join(delimiter);
const POLL_MS = 100;
const STOP_TIMEOUT_MS = 15_000;
const TAIL_CHARS = 4_000;

/** A shell command that runs in a process group of its own. */
export interface Command {
  readonly text: string;
  /** The shell's process id; that of the command itself when it says `exec`. */
  readonly pid: number;
  /** All that it printed lately. */
  output(): string;
  /** Resolves with its exit code when it has ended. */
  readonly ended: Promise<number>;
  /** Resolves when `url` answers at all. @throws when the command ends first or the time is up. */
  answers(url: string, timeoutMs: number): Promise<void>;
  /** Resolves when it has printed `text`. @throws when the command ends first or the time is up. */
  prints(text: string, timeoutMs: number): Promise<void>;
  /** Resolves when the command has ended with 0. @throws with its output otherwise. */
  succeeds(): Promise<void>;
  /** What Ctrl-C in a terminal does: SIGINT to the whole group. */
  interrupt(): void;
  /** SIGTERM to the whole group, then SIGKILL. */
  stop(): Promise<void>;
  /** SIGKILL to the whole group. */
  kill(): Promise<void>;
}

export function runCommand(text: string, env: Record<string, string>): Command {
  const child = spawn(text, {
    cwd: ROOT,
    shell: true,
    detached: true,
    env: { ...process.env, PATH: SCRIPT_PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-TAIL_CHARS);
    });
  }
  let isOver = false;
  const ended = new Promise<number>((resolve) => {
    child.once("close", (code) => {
      isOver = true;
      resolve(code ?? 1);
    });
  });

  function signalGroup(signal: NodeJS.Signals): void {
    if (isOver || child.pid === undefined) return;
    try {
      process.kill(-child.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }

  return {
    text,
    pid: child.pid ?? -1,
    output: () => output,
    ended,
    async answers(url, timeoutMs) {
      const deadline = Date.now() + timeoutMs;
      while (Date.now() < deadline && !isOver) {
        const isUp = await fetch(url).then(
          (reply) => reply.status < 500,
          () => false,
        );
        if (isUp) return;
        await delay(POLL_MS);
      }
      throw new Error(`"${text}" does not answer at ${url}: ${output}`);
    },
    async prints(wanted, timeoutMs) {
      const deadline = Date.now() + timeoutMs;
      while (!output.includes(wanted)) {
        if (isOver || Date.now() > deadline) {
          throw new Error(`"${text}" did not print "${wanted}": ${output}`);
        }
        await delay(POLL_MS);
      }
    },
    interrupt: () => signalGroup("SIGINT"),
    async succeeds() {
      const code = await ended;
      if (code !== 0) throw new Error(`"${text}" ended with ${code}: ${output}`);
    },
    async stop() {
      signalGroup("SIGTERM");
      const timer = setTimeout(() => signalGroup("SIGKILL"), STOP_TIMEOUT_MS);
      await ended;
      clearTimeout(timer);
    },
    async kill() {
      signalGroup("SIGKILL");
      await ended;
    },
  };
}
