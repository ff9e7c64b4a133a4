import { type Child, type ChildOptions, startChild } from "./children.ts";
import type { Progress } from "./progress.ts";

const RESTART_WINDOW_MS = 60_000;

export interface PartOptions extends ChildOptions {
  /** Resolves once the part serves. @throws Error with one sentence. */
  ready(child: Child): Promise<void>;
  /** How often a minute the part may die and be started again: for parts that lose nothing by it. */
  restartsPerMinute: number;
  progress: Progress;
}

/** A child process that is watched, and started again where that is safe. */
export interface Part {
  readonly name: string;
  pid(): number;
  /** Resolves with one sentence when the part died for good. */
  failed: Promise<string>;
  stop(): Promise<void>;
}

/** Starts a part and waits until it serves. @throws Error with one sentence. */
export async function startPart(options: PartOptions): Promise<Part> {
  let child = startChild(options);
  let stopping = false;
  const restarts: number[] = [];
  const { promise: failed, resolve: fail } = Promise.withResolvers<string>();

  function mayRestart(): boolean {
    const now = Date.now();
    while (restarts.length > 0 && now - (restarts[0] as number) > RESTART_WINDOW_MS) {
      restarts.shift();
    }
    if (restarts.length >= options.restartsPerMinute) return false;
    restarts.push(now);
    return true;
  }

  async function watch(): Promise<void> {
    const how = await child.exited;
    if (stopping) return;
    if (!mayRestart()) return fail(`The ${options.name} died (${how}); see ${child.logPath}.`);
    options.progress.note(`The ${options.name} died (${how}): starting it again, nothing is lost.`);
    child = startChild(options);
    void watch();
    await options.ready(child).catch(() => child.stop());
  }

  try {
    await options.ready(child);
  } catch (error) {
    stopping = true;
    await child.stop();
    throw error;
  }
  void watch();
  return {
    name: options.name,
    pid: () => child.pid,
    failed,
    stop: async () => {
      stopping = true;
      await child.stop();
    },
  };
}
