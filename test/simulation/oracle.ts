import { createHash } from "node:crypto";
import type { Hex } from "viem";
import { DEFAULT_LIMITS } from "../../offchain-engine/core/limits.ts";
import { type Core, createCore } from "../../offchain-engine/edge/core.ts";
import { genesisHash } from "../../offchain-engine/journal/chain-hash.ts";
import type { Deployment } from "../../protocol/deployment.ts";
import type { Command } from "../../protocol/engine/command.ts";
import type { FillView, OrderView } from "../../protocol/engine/view.ts";
import { Check } from "../../scripts/audit/check.ts";
import { PriorityWitness } from "../../scripts/audit/priority-witness.ts";
import { demandAside } from "./exits-aside.ts";
import type { ModelTables } from "./model-tables.ts";
import { Violation } from "./scheduler.ts";

/** What a replay of the durable journal says, which everything else must agree with. */
export interface Told {
  core: Core;
  /** Verdicts by the command that they answer, both as JSON. */
  verdicts: Map<string, Set<string>>;
  /** Published batches by journal sequence, as JSON. */
  batches: Map<number, string>;
  /** Every fill as it last stood, by `fillSeq`. */
  fills: FillView[];
  /** The entry that made each fill, by `fillSeq` − 1. */
  fillEntries: number[];
  /** Every order as it last stood, by hash. */
  orders: Map<Hex, OrderView>;
  /** State hashes at the sequences that were asked for. */
  stateHashes: Map<number, string>;
}

/**
 * Replays the journal on a core of its own. On the way, each entry must follow the one before by hash and time, the
 * ledger must add up after each command, no order may be matched beyond the bound of unsettled fills, each fill
 * must take the best price and the oldest order, and what an exit asks for is set aside at once.
 * @throws Violation.
 */
export function replayJournal(
  tables: ModelTables,
  deployment: Deployment,
  asked: ReadonlySet<number>,
): Told {
  const limits = { ...DEFAULT_LIMITS, ...JSON.parse(String(tables.meta?.["core_limits"] ?? "{}")) };
  const core = createCore({ chainId: deployment.chainId, ...limits });
  const priority = new Check("priority", "fills");
  const witness = new PriorityWitness(priority, limits);
  const told: Told = {
    core,
    verdicts: new Map(),
    batches: new Map(),
    fills: [],
    fillEntries: [],
    orders: new Map(),
    stateHashes: new Map(),
  };
  let before = genesisHash(deployment);
  let lastMs = 0;
  for (const row of tables.journal) {
    const seq = Number(row.seq);
    const timeMs = Number(row.time_ms);
    before = entryHash(before, seq, timeMs, row.payload);
    demand(before.equals(row.hash), `entry ${seq} does not follow by hash`);
    demand(timeMs >= lastMs, `time falls at entry ${seq}`);
    lastMs = timeMs;
    const command = JSON.parse(row.payload) as Command;
    const unsettled = core.status.unsettledFills;
    const { verdict, events, changes } = core.apply({ seq, timeMs, command });
    const known = told.fills.length;
    for (const fill of changes.fills) told.fills[fill.fillSeq - 1] = fill;
    for (const order of changes.orders) told.orders.set(order.hash, order);
    const fills = told.fills.slice(known);
    for (const _ of fills) told.fillEntries.push(seq);
    demand(
      fills.length === 0 || unsettled < limits.maxUnsettledFills,
      `entry ${seq} matched although ${unsettled} fills were unsettled`,
    );
    for (const sentence of core.audit()) throw new Violation(`after entry ${seq}: ${sentence}`);
    if (command.kind === "block") demandAside(core, command.events);
    if (verdict) addTo(told.verdicts, row.payload, JSON.stringify(verdict));
    if (events.length > 0) told.batches.set(seq, JSON.stringify({ seq, events }));
    if (asked.has(seq)) told.stateHashes.set(seq, core.stateHash());
    witnessCommand(witness, { seq, timeMs, command, orders: changes.orders, fills });
    demand(priority.ok, priority.first ?? "");
  }
  return told;
}

/** As the page on the engine says, without the engine's own function. */
function entryHash(before: Buffer, seq: number, timeMs: number, payload: string): Buffer {
  const numbers = Buffer.from(
    [seq, timeMs].map((number) => number.toString(16).padStart(16, "0")).join(""),
    "hex",
  );
  return createHash("sha256").update(before).update(numbers).update(payload, "utf8").digest();
}

function witnessCommand(
  witness: PriorityWitness,
  replayed: Parameters<PriorityWitness["begin"]>[0],
): void {
  witness.begin(replayed);
  for (const { makerHash, quantityLots, yesPriceTicks } of replayed.fills) {
    const claim = { maker: witness.find(makerHash), quantityLots, yesPriceTicks };
    const against = witness.judge(claim);
    demand(against === null, `a fill at entry ${replayed.seq}: ${against}`);
    witness.apply(claim);
  }
  witness.end(replayed);
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  const set = map.get(key) ?? new Set();
  map.set(key, set.add(value));
}

/** @throws Violation unless it holds. */
export function demand(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new Violation(sentence);
}
