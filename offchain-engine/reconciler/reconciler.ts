import type { Log } from "../../platform/log.ts";
import type { Metrics } from "../../platform/metrics.ts";
import type { Timers } from "../../platform/timers.ts";
import type { Deployment } from "../../protocol/deployment.ts";
import type { StatusReply } from "../../protocol/engine/request.ts";
import type { ChainClient } from "../chain/client.ts";
import { createWaker } from "../chain/waker.ts";
import { compareWithChain } from "./compare.ts";
import type { ExpectedChain } from "./expected-chain.ts";

/** What the last comparison found. */
export type Reconciliation = NonNullable<StatusReply["reconciliation"]>;

export interface StartReconcilerParameters {
  client: ChainClient;
  deployment: Deployment;
  /** Taken synchronously, so that no command comes between its parts. */
  expected(): ExpectedChain;
  /** The last block up to which the engine has taken everything: `ChainWatcher.head`. */
  head(): number;
  /** False when settlement is simulated: then the contract knows of no batch. */
  settlesOnChain: boolean;
  intervalMs: number;
  /** Accounts (and as many holdings) compared each time; successive comparisons go through all. */
  sampleSize: number;
  now(): number;
  log: Log;
  metrics: Metrics;
  timers?: Timers;
}

export interface Reconciler {
  /** Compares now. @throws viem's errors when the chain does not answer. */
  check(): Promise<Reconciliation>;
  last(): Reconciliation | null;
  stop(): Promise<void>;
}

/** Compares the engine's expectation with the contract every `intervalMs`, and whenever asked. */
export function startReconciler(parameters: StartReconcilerParameters): Reconciler {
  const { intervalMs, log, metrics, now } = parameters;
  const waker = createWaker(parameters.timers);
  const differencesFound = metrics.gauge({
    name: "agon_reconciliation_differences",
    help: "Differences between engine and chain that the last comparison found.",
  });
  const failures = metrics.counter({
    name: "agon_reconciliation_failures_total",
    help: "Comparisons that the chain did not answer.",
  });
  let last: Reconciliation | null = null;
  let sampleStart = 0;
  let stopping = false;

  async function check(): Promise<Reconciliation> {
    const { client, deployment, sampleSize, settlesOnChain } = parameters;
    const expected = parameters.expected();
    // Blocks after the engine's last one, up to the watcher's head, had nothing for it.
    const blockNumber = Math.max(expected.blockNumber, parameters.head(), deployment.deployBlock);
    const sample = { start: sampleStart, count: sampleSize };
    sampleStart =
      (sampleStart + sampleSize) % Math.max(1, expected.cash.length, expected.shares.length);
    const compared = { client, deployment, expected, blockNumber, sample, settlesOnChain };
    const differences = await compareWithChain(compared);
    differencesFound.set(differences.length);
    if (differences.length > 0) log.error({ blockNumber, differences }, "engine and chain differ");
    last = { checkedAtMs: now(), ok: differences.length === 0, differences };
    return last;
  }

  async function run(): Promise<void> {
    while (!stopping) {
      try {
        await check();
      } catch (error) {
        failures.inc();
        log.warn({ err: error }, "the chain did not answer the reconciler");
      }
      if (!stopping) await waker.rest(intervalMs);
    }
  }

  const ended = run();
  return {
    check,
    last: () => last,
    async stop() {
      stopping = true;
      waker.wake();
      await ended;
    },
  };
}
