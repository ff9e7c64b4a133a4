import assert from "node:assert/strict";
import type { Hex } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { type Core, createCore } from "../../../offchain-engine/edge/core.ts";
import { chainHash, genesisHash } from "../../../offchain-engine/journal/chain-hash.ts";
import type { JournalEntry } from "../../../offchain-engine/journal/journal-entry.ts";
import type { SettlementSource } from "../../../offchain-engine/settlement/source.ts";
import type { Deployment } from "../../../protocol/deployment.ts";
import type { BatchSubmittedCommand, Command } from "../../../protocol/engine/command.ts";
import type { FillView } from "../../../protocol/engine/view.ts";
import type { Order } from "../../../protocol/order.ts";
import {
  exchangeDomain,
  hashOrder,
  ORDER_TYPES,
  orderMessage,
} from "../../../protocol/order-hash.ts";

/** What a test says of an order; the rest is as usual. */
export type OrderTerms = Pick<Order, "outcome" | "side" | "price" | "quantity"> & Partial<Order>;

/** The real core behind a journal in memory, in which everything is durable at once. */
export interface TestEngine {
  core: Core;
  /** Every command so far. */
  journal: readonly Command[];
  /** The same as entries of a journal, chained by hash. */
  entries: readonly JournalEntry[];
  source: SettlementSource;
  /** Applies a command of the engine's own. */
  submit(command: Command): Promise<void>;
  /**
   * Signs and places an order; asserts that it was taken, and gives its fills. A `forged` order carries another
   * key's signature: the exchange skips its fills.
   */
  place(trader: PrivateKeyAccount, terms: OrderTerms, forged?: "forged"): Promise<FillView[]>;
  submitted(): BatchSubmittedCommand[];
  /** All fills of the exchange, with what became of each. */
  fills(): FillView[];
}

const STRANGER = privateKeyToAccount(`0x${"66".repeat(32)}`);

export function createTestEngine(deployment: Deployment): TestEngine {
  const core = createCore({ chainId: deployment.chainId });
  const domain = exchangeDomain(deployment.chainId, deployment.exchange);
  const journal: Command[] = [];
  const entries: JournalEntry[] = [];
  const head = () => entries.at(-1) ?? { seq: 0, hash: genesisHash(deployment) };
  const fills = new Map<number, FillView>();
  let nextNonce = 1n;

  function apply(command: Command) {
    journal.push(command);
    const seq = journal.length;
    const timeMs = Date.now();
    const payload = JSON.stringify(command);
    const hash = chainHash(head().hash, seq, timeMs, payload);
    entries.push({ seq, timeMs, kind: command.kind, payload, hash });
    const applied = core.apply({ seq, timeMs, command });
    for (const fill of applied.changes.fills) fills.set(fill.fillSeq, fill);
    return applied;
  }

  return {
    core,
    journal,
    entries,
    source: {
      nextFills: core.unsettledFills,
      journalHead: () => ({ seq: head().seq, hash: `0x${head().hash.toString("hex")}` }),
      lastBatchId: () => core.status.lastBatchId,
      awaitsEmptyBatch: core.awaitsEmptyBatch,
    },
    submit: async (command) => void apply(command),
    async place(trader, terms, forged) {
      const order: Order = {
        maker: trader.address,
        marketId: 1,
        timeInForce: 0,
        maxFeeBps: 100,
        expiry: 0,
        nonce: nextNonce++,
        ...terms,
      };
      const signature: Hex = await (forged ? STRANGER : trader).signTypedData({
        domain,
        types: ORDER_TYPES,
        primaryType: "Order",
        message: orderMessage(order),
      });
      const { verdict } = apply({
        kind: "place",
        hash: hashOrder(domain, order),
        order: { ...order, nonce: order.nonce.toString() },
        signature,
        signer: trader.address,
        selfTradePrevention: "cancel_resting",
      });
      assert.ok(verdict?.ok && verdict.kind === "place", JSON.stringify(verdict));
      return verdict.fills;
    },
    submitted: () =>
      journal.filter(
        (command): command is BatchSubmittedCommand => command.kind === "batch_submitted",
      ),
    fills: () => [...fills.values()],
  };
}
