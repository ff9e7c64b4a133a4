import assert from "node:assert/strict";
import type { Address } from "viem";
import type { ChainEvent, SkippedFill } from "../../../protocol/engine/command.ts";
import type { FillView } from "../../../protocol/engine/view.ts";
import { hash } from "./driver.ts";
import { legEffects, ROLES, shareAsset } from "./reference/reference-state.ts";

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

  /** What the chain is now, to go back to. */
  save(): () => void {
    const holdings = [...this.#holdings];
    const requests = [...this.requests];
    const { settledThrough, lastBatchId } = this;
    return () => {
      this.#holdings.clear();
      for (const [key, amount] of holdings) this.#holdings.set(key, amount);
      this.requests.clear();
      for (const [key, request] of requests) this.requests.set(key, request);
      this.settledThrough = settledThrough;
      this.lastBatchId = lastBatchId;
    };
  }

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
    const [journalHash, transactionHash] = [hash(batchId), hash(batchId)];
    return { type: "batch_settled", batchId, journalHash, transactionHash, settled, skipped };
  }

  /** Does what the event tells; false when the chain has nothing to do. What is not held cannot leave. */
  apply(event: ChainEvent, matchedFills: number): boolean {
    switch (event.type) {
      case "deposited":
        this.move(event.account, "cash", Number(event.amountMicro));
        return true;
      case "shares_split":
        this.move(event.account, shareAsset(event.marketId, 1), Number(event.quantityLots));
        this.move(event.account, shareAsset(event.marketId, 0), Number(event.quantityLots));
        return true;
      case "positions_converted":
        for (const marketId of event.marketIds) {
          const asset = shareAsset(marketId, event.outcome);
          this.move(event.account, asset, Number(event.quantityLots));
        }
        this.move(event.account, "cash", Number(event.cashMicro));
        return true;
      case "shares_imported":
        this.move(event.account, assetOf(event), Number(event.quantityLots));
        return true;
      case "withdrawal_requested":
        return this.#request(event.account, "cash", Number(event.amountMicro), matchedFills);
      case "export_requested": {
        const lots = Number(event.quantityLots);
        return this.#request(event.account, assetOf(event), lots, matchedFills);
      }
      case "withdrawal_cancelled":
        return this.#dropRequest(event.account, "cash");
      case "export_cancelled":
        return this.#dropRequest(event.account, assetOf(event));
      case "withdrawn":
        return this.#leave(event.account, "cash", Number(event.amountMicro), event.releaseNonce);
      case "shares_exported": {
        const lots = Number(event.quantityLots);
        return this.#leave(event.account, assetOf(event), lots, event.releaseNonce);
      }
      case "redeemed":
        this.move(event.account, shareAsset(event.marketId, 1), -Number(event.yesLots));
        this.move(event.account, shareAsset(event.marketId, 0), -Number(event.noLots));
        this.move(event.account, "cash", Number(event.payoutMicro));
        return true;
      default:
        return true;
    }
  }

  /** Requests whose delay is over: it is longer than settlement. */
  executable(): ChainRequest[] {
    return [...this.requests.values()].filter(
      ({ afterFillSeq }) => afterFillSeq <= this.settledThrough,
    );
  }

  #request(account: Address, asset: string, amount: number, afterFillSeq: number): boolean {
    this.requests.set(`${account} ${asset}`, { account, asset, amount, afterFillSeq });
    return true;
  }

  #dropRequest(account: Address, asset: string): boolean {
    return this.requests.delete(`${account} ${asset}`);
  }

  #leave(account: Address, asset: string, amount: number, releaseNonce: string): boolean {
    this.move(account, asset, -amount);
    if (releaseNonce === "0") this.#dropRequest(account, asset);
    return true;
  }
}

function assetOf(event: { marketId: number; outcome: 0 | 1 }): string {
  return shareAsset(event.marketId, event.outcome);
}
