import assert from "node:assert/strict";
import type { Address } from "viem";
import type { ChainEvent, SkippedFill } from "../../../protocol/engine/command.ts";
import type { FillView } from "../../../protocol/engine/view.ts";
import { hash } from "./driver.ts";
import { legEffects, ROLES } from "./reference/reference-state.ts";

/** A delayed exit that was asked for on chain. */
export interface ChainRequest {
  account: Address;
  asset: string;
  amount: number;
  /** Fills matched before the request must settle before its delay is over. */
  afterFillSeq: number;
}

/**
 * What the exchange contract holds, for tests: cash and shares in escrow by account, moved only by
 * the chain's own rules. Settling checks that each fill holds, as the contract does.
 */
export class ModelChain {
  readonly #holdings = new Map<string, number>();
  readonly requests = new Map<string, ChainRequest>();
  settledThrough = 0;
  lastBatchId = 0;

  held(account: Address, asset: string): number {
    return this.#holdings.get(`${account} ${asset}`) ?? 0;
  }

  move(account: Address, asset: string, delta: number): void {
    const after = this.held(account, asset) + delta;
    assert.ok(after >= 0, `${account} has ${after} of ${asset}`);
    this.#holdings.set(`${account} ${asset}`, after);
  }

  /** Settles fills in order; one that is not covered is skipped, like those that `refuses` names. */
  settle(fills: readonly FillView[], refuses: (fill: FillView) => boolean): ChainEvent {
    const skipped: SkippedFill[] = [];
    for (const [fillIndex, fill] of fills.entries()) {
      const effects = ROLES.map((role) => ({ account: fill[role], ...legEffects(fill, role) }));
      const isCovered = effects.every(
        ({ account, takes }) => this.held(account, takes[0]) >= takes[1],
      );
      this.settledThrough = fill.fillSeq;
      if (!isCovered || refuses(fill)) {
        skipped.push({ fillIndex, reason: 1 });
        continue;
      }
      for (const { account, takes, gives } of effects) {
        this.move(account, takes[0], -takes[1]);
        this.move(account, gives[0], gives[1]);
      }
    }
    const batchId = ++this.lastBatchId;
    const settled = fills.length - skipped.length;
    return { type: "batch_settled", batchId, transactionHash: hash(batchId), settled, skipped };
  }

  request(request: ChainRequest): void {
    this.requests.set(`${request.account} ${request.asset}`, request);
  }

  dropRequest(account: Address, asset: string): boolean {
    return this.requests.delete(`${account} ${asset}`);
  }

  /** Requests whose delay is over: it is longer than settlement. */
  executable(): ChainRequest[] {
    return [...this.requests.values()].filter(
      ({ afterFillSeq }) => afterFillSeq <= this.settledThrough,
    );
  }
}
