import type { Log } from "./log.ts";
import { StartError } from "./start-error.ts";

export interface Shutdown {
  /** Registers what to stop; the last registered stops first. */
  onStop(name: string, stop: () => Promise<void> | void): void;
  /** Stops everything and ends the process with `exitCode`; later calls join the first. */
  stop(reason: string, exitCode?: number): Promise<never>;
}

/**
 * Ordered, time-boxed stop of a process on SIGINT and SIGTERM, or when the parent that started it
 * with an IPC channel is gone; a second signal ends it at once.
 * An unhandled rejection or exception is a bug: it is logged and the process exits with 1, since
 * its state can no longer be trusted.
 */
export function createShutdown(options: { log: Log; timeoutMs?: number }): Shutdown {
  const { log, timeoutMs = 10_000 } = options;
  const steps: { name: string; stop: () => Promise<void> | void }[] = [];
  let stopping: Promise<never> | null = null;

  async function runSteps(reason: string, exitCode: number): Promise<never> {
    log.info({ reason }, "stopping");
    const deadline = setTimeout(() => {
      log.fatal({ timeoutMs }, "the stop took too long; leaving");
      process.exit(1);
    }, timeoutMs);
    deadline.unref();
    let code = exitCode;
    for (const { name, stop } of steps.reverse()) {
      try {
        await stop();
      } catch (error) {
        code = 1;
        log.error({ err: error, step: name }, "a part did not stop cleanly");
      }
    }
    log.info({ reason }, "stopped");
    process.exit(code);
  }

  function stop(reason: string, exitCode = 0): Promise<never> {
    stopping ??= runSteps(reason, exitCode);
    return stopping;
  }

  function onSignal(signal: NodeJS.Signals): void {
    if (stopping) process.exit(1);
    void stop(signal);
  }

  function onBug(error: unknown): void {
    log.fatal({ err: error }, error instanceof StartError ? error.message : "bug: leaving");
    process.exit(1);
  }

  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  process.on("disconnect", () => void stop("the parent process is gone"));
  process.on("unhandledRejection", onBug);
  process.on("uncaughtException", onBug);
  return { onStop: (name, step) => void steps.push({ name, stop: step }), stop };
}
