import type { Address } from "viem";
import { expectedChain } from "../../offchain-engine/reconciler/expected-chain.ts";
import type { HeartbeatCommand } from "../../protocol/engine/command.ts";
import type { ModelExchange } from "./model-exchange.ts";
import type { ModelTables } from "./model-tables.ts";
import { demand, type Told } from "./oracle.ts";
import { Violation } from "./scheduler.ts";
import { type StreamFollower, sorted } from "./stream-follower.ts";
import type { Acknowledged } from "./trader.ts";

/** What the chain counts as filled of a nonce that was cancelled for good. */
const CANCELLED_LOTS = 0xffff_ffff;

/** What must hold when all has come to rest. Each throws a `Violation` that names what does not. */

/** Refusals that the engine may give before the journal, too. */
const AT_THE_DOOR: ReadonlySet<string> = new Set([
  "chain_unavailable",
  "settlement_behind",
  "release_unavailable",
]);

/** Each answer that a client got is one that the replay gives. */
export function verifyAcknowledgements(
  { verdicts }: Told,
  acknowledged: readonly Acknowledged[],
): void {
  const known = new Set<Address>();
  for (const { command, verdict } of acknowledged) {
    const durable = verdicts.get(JSON.stringify(command));
    if (command.kind === "place" && verdict.ok) known.add(command.order.maker);
    // Refused at the door, the command never came to the journal, or not this time.
    if (!verdict.ok && (!durable || AT_THE_DOOR.has(verdict.code))) continue;
    // So is the heartbeat of an account that the chain had not yet told of; whoever has an order is known.
    if (isUnjournalled(command, verdict) && !known.has(command.maker)) continue;
    const said = JSON.stringify(withoutSignature(verdict));
    demand(durable?.has(said) === true, `the replay never answered ${said}`);
  }
}

function isUnjournalled(
  command: Acknowledged["command"],
  verdict: Acknowledged["verdict"],
): command is HeartbeatCommand {
  if (command.kind !== "heartbeat" || !verdict.ok) return false;
  return verdict.kind === "heartbeat" && verdict.dueAtMs === null;
}

/** Every fill settled once, in order, as it was matched; what the contract skipped is reversed. */
export function verifyChain(
  { core, fills, orders }: Told,
  exchange: ModelExchange,
  maySkip: boolean,
): void {
  const { judged, settlement } = exchange;
  demand(judged.length === fills.length, `${fills.length} fills, ${judged.length} on chain`);
  for (const [index, onChain] of judged.entries()) {
    const fill = fills[index] as (typeof fills)[0];
    const same =
      fill.quantityLots === onChain.quantityLots &&
      fill.yesPriceTicks === onChain.yesPriceTicks &&
      fill.taker === onChain.taker &&
      fill.maker === onChain.maker;
    demand(same, `fill ${fill.fillSeq} settled as something else`);
    const status = onChain.reason === 0 ? "settled" : "skipped";
    demand(fill.status === status, `fill ${fill.fillSeq} is ${fill.status}, on chain ${status}`);
    demand(
      onChain.reason === 0 || maySkip,
      `fill ${fill.fillSeq} was skipped for ${onChain.reason}`,
    );
  }
  for (const { order } of orders.values()) {
    const { maker, nonce } = order;
    const onChain = settlement.filledLots.get(`${maker}:${nonce}`) ?? 0;
    const same = onChain === CANCELLED_LOTS || core.settledLaneLots(maker, nonce) === onChain;
    demand(same, `what settled on nonce ${nonce} of ${maker} differs from the chain's`);
  }
  const expected = expectedChain(core);
  for (const { account, cashMicro } of expected.cash) {
    demand(
      Number(cashMicro) === exchange.cashOf(account),
      `cash of ${account} differs from the chain's`,
    );
  }
  for (const { account, marketId, yesLots, noLots } of expected.shares) {
    const same =
      Number(yesLots) === settlement.held(account, marketId, 1) &&
      Number(noLots) === settlement.held(account, marketId, 0);
    demand(same, `shares of ${account} in market ${marketId} differ from the chain's`);
  }
}

/**
 * An exit that was asked for on chain and not executed is set aside: all of it, or all that there is. Orders are none
 * left, and every fill has settled.
 */
export function verifyExits({ core }: Told, exchange: ModelExchange): void {
  for (const [key, { amount }] of exchange.exits) {
    const [owner, marketId, outcome] = key.split(":");
    const { balance, positions } = core.account(owner as Address);
    const position = positions.find((one) => one.marketId === Number(marketId));
    const lots = outcome === "1" ? position?.yesReservedLots : position?.noReservedLots;
    const aside = marketId === undefined ? Number(balance.reservedMicro) : (lots ?? 0);
    const held =
      marketId === undefined
        ? exchange.cashOf(owner as Address)
        : exchange.settlement.held(owner as Address, Number(marketId), outcome === "1" ? 1 : 0);
    const wanted = Math.min(amount, held);
    demand(aside >= wanted, `of the exit ${key}, ${aside} of ${wanted} are set aside`);
  }
}

/** Each batch anchors the hash of the journal's own entry, which is none before its fills. */
export function verifyAnchors(
  { fillEntries }: Told,
  { anchors }: ModelExchange,
  { journal }: ModelTables,
): void {
  for (const { journalSeq, journalHash, fills } of anchors) {
    const hash = journal[journalSeq - 1]?.hash.toString("hex");
    demand(journalHash === `0x${hash}`, `the anchor at ${journalSeq} is not the journal's`);
    const last = fillEntries[fills - 1] ?? 0;
    demand(last <= journalSeq, `the anchor at ${journalSeq} is before the fill of ${last}`);
  }
}

/** The tables behind the journal have caught up, and say what the engine says. */
export function verifyTables({ orders, fills }: Told, tables: ModelTables): void {
  const { projection, journal, rows } = tables;
  const seq = projection?.seq;
  demand(seq === journal.length, `the tables stand at ${seq}, the journal at ${journal.length}`);
  for (const { hash, status, filledLots, cancelReason } of orders.values()) {
    const row = rows.get("orders")?.get(hash);
    const same =
      row?.["status"] === status &&
      row["filled_lots"] === String(filledLots) &&
      row["cancel_reason"] === cancelReason;
    demand(same, `order ${hash} is ${status}, in its table ${row?.["status"]}`);
  }
  for (const { fillSeq, status, transactionHash } of fills) {
    const row = rows.get("fills")?.get(String(fillSeq));
    const same = row?.["status"] === status && row["transaction_hash"] === transactionHash;
    demand(same, `fill ${fillSeq} is ${status}, in its table ${row?.["status"]}`);
  }
}

/** What subscribers heard is what the replay says, without a gap; their books are the engine's. */
export function verifyStreams({ core, batches }: Told, followers: readonly StreamFollower[]): void {
  const last = [...batches.keys()].at(-1);
  for (const { position, received, books } of followers) {
    for (const [seq, text] of received) {
      if (batches.get(seq) !== text) throw new Violation(`batch ${seq} was published otherwise`);
    }
    demand(position >= (last ?? 0), `a subscriber stands at ${position}, the streams at ${last}`);
    for (const { marketId, bids, asks } of core.snapshot().books) {
      const book = books.get(marketId) ?? { bids: new Map(), asks: new Map() };
      const same = JSON.stringify(sorted(book)) === JSON.stringify({ bids, asks });
      demand(same, `a subscriber's book of market ${marketId} is another`);
    }
  }
}

/** A release is signed after it is durable: the signature is no part of what the journal says. */
function withoutSignature(verdict: Acknowledged["verdict"]): object {
  if (!verdict.ok || verdict.kind !== "release") return verdict;
  const { signature: _, ...rest } = verdict;
  return rest;
}
