/** One of the three streams that books are measured with. */
export interface Workload {
  name: "w1" | "w2" | "w3";
  what: string;
  seed: number;
  markets: number;
  /** Resting orders of a market that the stream steers to. */
  targetLive: number;
  /** Ticks from the middle within which most orders rest. */
  widthTicks: number;
  /** Share of taking orders that sweep whole levels. */
  sweepShare: number;
}

export const WORKLOADS: readonly Workload[] = [
  {
    name: "w1",
    what: "one market, 2,000 resting, near the touch",
    seed: 20260101,
    markets: 1,
    targetLive: 2_000,
    widthTicks: 60,
    sweepShare: 0.05,
  },
  {
    name: "w2",
    what: "one market, 100,000 resting, deep",
    seed: 20260102,
    markets: 1,
    targetLive: 100_000,
    widthTicks: 300,
    sweepShare: 0.005,
  },
  {
    name: "w3",
    what: "1,000 markets by Zipf, 100 resting each",
    seed: 20260103,
    markets: 1_000,
    targetLive: 100,
    widthTicks: 60,
    sweepShare: 0.05,
  },
];

/** Accounts that place orders, numbered from 1. */
export const ACCOUNTS = 1_000;
/** Commands of a stream that are timed, after the prefill. */
export const TIMED_COMMANDS = 1_000_000;
