import type { ExchangeReply } from "../../protocol/wire/exchange.ts";
import type { ApiConfig } from "../config.ts";

/** Which allowance a route draws on; `usual` when it says nothing. */
export type LimitBucket = "usual" | "cancels" | "probes";

export type PolicyName =
  | "address"
  | "account"
  | "network"
  | "key"
  | "cancels"
  | "key_cancels"
  | "probes";

/** An allowance as `GET /v1/exchange` and the header `RateLimit-Policy` tell it. */
export type LimitPolicy = ExchangeReply["limits"]["rates"][number] & { name: PolicyName };

export const WINDOW_SECONDS = 60;
/** Accounts of one network that have an allowance of their own. */
export const ACCOUNT_PLACES_MAX = 100;
/** All accounts of an address together, in allowances of an address. */
const NETWORK_MULTIPLE = 10;
export const ACCOUNT_PLACE_IDLE_MS = 3_600_000;

/** Every allowance of this process. */
export function limitPolicies(config: ApiConfig): Record<PolicyName, LimitPolicy> {
  const { RATE_LIMIT_RPM: base } = config;
  const policy = (name: PolicyName, quota: number, per: LimitPolicy["per"], counts: string) => ({
    name,
    ...{ per, quota, windowSeconds: WINDOW_SECONDS, counts },
  });
  const account = config.RATE_LIMIT_ACCOUNT_RPM ?? 2 * base;
  return {
    address: policy("address", base, "address", "What comes without a session or key."),
    account: policy(
      "account",
      account,
      "account",
      `What comes with a session or key, whatever its address; behind the first ${ACCOUNT_PLACES_MAX} accounts of an address, \`address\` counts instead.`,
    ),
    network: policy(
      "network",
      Math.max(account, config.RATE_LIMIT_NETWORK_RPM ?? NETWORK_MULTIPLE * base),
      "address",
      "What all accounts of an address take together, and once more so much for their cancels and heartbeats.",
    ),
    key: policy("key", config.RATE_LIMIT_KEY_RPM ?? base, "key", "What one API key takes of it."),
    cancels: policy(
      "cancels",
      base,
      "account or address",
      "Cancels and heartbeats, and nothing else: who may place no more orders may still take them back.",
    ),
    key_cancels: policy(
      "key_cancels",
      Math.max(1, Math.floor(base / 2)),
      "key",
      "What one API key takes of its account's cancels and heartbeats.",
    ),
    probes: policy("probes", base, "address", "Health, readiness and metrics."),
  };
}
