import { chainHash, genesisHash } from "../../../offchain-engine/journal/chain-hash.ts";
import type { JournalEntry } from "../../../offchain-engine/journal/journal-entry.ts";
import type { Deployment } from "../../../protocol/deployment.ts";
import type { Command } from "../../../protocol/engine/command.ts";
import { JOURNAL_FORMAT, journalGenesisHash } from "../../../protocol/journal/genesis-hash.ts";
import type { JournalHead, PublishedEntry } from "../../../protocol/wire/journal.ts";
import { type AuditOptions, runAudit } from "../../../scripts/audit/run-audit.ts";
import type { ExchangeWorld } from "../../offchain-engine/settlement/exchange-world.ts";

/** A journal as it is published, to be tampered with. */
export interface Published {
  head: JournalHead;
  items: PublishedEntry[];
}

const hex = (bytes: Buffer) => `0x${bytes.toString("hex")}` as const;

export function publish(deployment: Deployment, entries: readonly JournalEntry[]): Published {
  const { chainId, exchange, deployBlock, deployBlockHash } = deployment;
  const identity = { chainId, exchange, deployBlockHash };
  const genesis = journalGenesisHash(identity);
  const head = {
    format: JOURNAL_FORMAT,
    ...identity,
    deployBlock,
    genesisHash: genesis,
    limits: {},
    lagSeconds: 0,
  };
  let previousHash = genesis;
  const items = entries.map(({ seq, timeMs, payload, hash }) => {
    const item = { seq, timeMs, payload, previousHash, hash: hex(hash) };
    previousHash = item.hash;
    return item;
  });
  return { head, items };
}

/** Numbers and hashes the entries anew, as one does who tampers with care. */
export function rehash({ head, items }: Published, deployment: Deployment): Published {
  let previous = genesisHash(deployment);
  const anew = items.map(({ timeMs, payload }, index) => {
    const hash = chainHash(previous, index + 1, timeMs, payload);
    const item = { seq: index + 1, timeMs, payload, previousHash: hex(previous), hash: hex(hash) };
    previous = hash;
    return item;
  });
  return { head, items: anew };
}

/** With one command changed, and nothing else. */
export function withCommand<Kind extends Command["kind"]>(
  { head, items }: Published,
  seq: number,
  change: (command: Extract<Command, { kind: Kind }>) => void,
): Published {
  const changed = items.map((item) => {
    if (item.seq !== seq) return item;
    const command = JSON.parse(item.payload);
    change(command);
    return { ...item, payload: JSON.stringify(command) };
  });
  return { head, items: changed };
}

/** The audit's checks that fail, by name, each with its first divergence. */
export async function divergences(
  world: ExchangeWorld,
  { head, items }: Published,
  options: Partial<AuditOptions> & { isLive?: boolean } = {},
): Promise<Record<string, string>> {
  const { isLive = false, ...rest } = options;
  const source = { head, entries: iterate(items), isLive };
  const checks = await runAudit({ source, rpcUrl: world.chain.rpcUrl, ...rest });
  const failed = checks.filter(({ ok }) => !ok);
  return Object.fromEntries(failed.map(({ name, first }) => [name, first ?? ""]));
}

export async function* iterate<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}
