import type { Address } from "viem";
import type { BusClient, BusSubscription } from "../../platform/bus/bus.ts";
import { currentTrace, formatTraceparent } from "../../platform/tracing/trace-context.ts";
import type { HoldCommand } from "../../protocol/engine/command.ts";
import type { EventBatch } from "../../protocol/engine/event.ts";
import type {
  AccountReply,
  EngineReply,
  EngineRequest,
  HoldReply,
  SnapshotReply,
  StatusReply,
  UserCommand,
  Verdict,
} from "../../protocol/engine/request.ts";
import { readableMarket } from "../markets/readable-market.ts";
import { ApiProblem } from "../problem.ts";
import { createSettlementMode, type SettlementMode } from "./settlement-mode.ts";

/** The engine as the api asks it. Every method throws ApiProblem `engine_…` when it cannot answer. */
export interface EngineClient {
  /** One verdict per command, in order, each durable. */
  commands(commands: UserCommand[]): Promise<Verdict[]>;
  /** Durable, or refused. */
  hold(command: HoldCommand): Promise<HoldReply["result"]>;
  snapshot(): Promise<SnapshotReply>;
  account(account: Address): Promise<AccountReply>;
  /** Resolves once the engine's tables hold all that is durable now; throws when that takes long. */
  reachTables(): Promise<void>;
  status(): Promise<StatusReply>;
  /** How it settles, remembered for a while; null while it does not answer. */
  settlementMode(): Promise<SettlementMode | null>;
  subscribe(
    take: (batch: EventBatch) => void,
    options: { after: number; onGap: () => void },
  ): Promise<BusSubscription>;
}

const BUSY_RETRY_SECONDS = 1;
/** Reads wait no longer for the tables than this. */
const TABLES_TIMEOUT_MS = 1_000;

/** Speaks the engine's protocol over the bus. */
export function createEngineClient(bus: BusClient, timeoutMs: number): EngineClient {
  async function ask<Type extends EngineReply["type"]>(
    request: EngineRequest & { type: Type },
    patienceMs = timeoutMs,
  ): Promise<Extract<EngineReply, { type: Type }>> {
    const result = await bus.request(request, { timeoutMs: patienceMs });
    if (!result.ok) {
      throw new ApiProblem(result.code, {
        details: result.details,
        ...(result.code === "engine_timeout" ? {} : { retryAfterSeconds: BUSY_RETRY_SECONDS }),
      });
    }
    const reply = result.reply as EngineReply;
    if (reply.type !== request.type) {
      throw new ApiProblem("internal", { cause: new Error(`engine replied ${reply.type}`) });
    }
    return reply as Extract<EngineReply, { type: Type }>;
  }

  const status = () => ask({ type: "status" });
  const mode = createSettlementMode(status);

  /** The same batch, with balances as the settlement mode allows and texts that show as they are. */
  function applyMode(batch: EventBatch): EventBatch {
    const events = batch.events.map((event) => {
      if (event.type === "market") return { ...event, market: readableMarket(event.market) };
      if (event.type !== "account" || event.change.kind !== "balance") return event;
      const balance = mode.apply(event.change.balance);
      return { ...event, change: { kind: "balance" as const, balance } };
    });
    return { ...batch, events };
  }

  return {
    hold: async (command) => (await ask({ type: "hold", command })).result,
    async commands(commands) {
      const trace = currentTrace();
      const envelope = trace ? { traceparent: formatTraceparent(trace) } : {};
      return (await ask({ type: "commands", commands, ...envelope })).verdicts;
    },
    async snapshot() {
      // Events follow a snapshot: by then the mode is known.
      const [snapshot] = await Promise.all([ask({ type: "snapshot" }), mode.read()]);
      return { ...snapshot, markets: snapshot.markets.map(readableMarket) };
    },
    async account(account) {
      const [reply] = await Promise.all([ask({ type: "account", account }), mode.read()]);
      return { ...reply, balance: mode.apply(reply.balance) };
    },
    async reachTables() {
      await ask({ type: "tables" }, Math.min(timeoutMs, TABLES_TIMEOUT_MS));
    },
    status,
    settlementMode: mode.read,
    subscribe: (take, options) =>
      bus.subscribe((batch) => take(applyMode(batch.payload as EventBatch)), options),
  };
}
