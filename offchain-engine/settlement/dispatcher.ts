import type { Hex } from "viem";
import { systemTimers, type Timers } from "../../platform/timers.ts";
import { broadcast } from "./broadcast.ts";
import { type Fees, marketFees, replacementFees } from "./fees.ts";
import type { Flight, SentTransaction } from "./flight.ts";
import { MAX_TRANSACTION_GAS } from "./gas-bound.ts";
import { readReceipts } from "./mined-batch.ts";
import type { StartPipelineParameters } from "./pipeline.ts";
import { batchRefusal, type Refusal } from "./refusal.ts";
import { SettlementHalt } from "./settlement.ts";

/** Where a batch stands in line. */
export interface Place {
  /** The nonce that its transaction must have. */
  nonce: number;
  /** Whether it is the next batch that the contract takes, as far as the newest block tells. */
  isNext: boolean;
}

/** Keeps a transaction out for each batch. */
export interface Dispatcher {
  /**
   * Sends the batch, or sees to the transaction that is out for it. A sentence back says what keeps it.
   * @throws SettlementHalt when the exchange refuses the batch for good.
   */
  push(flight: Flight, place: Place): Promise<string | null>;
}

const MAX_BUMPS = 12;
const MAX_REVERTS = 3;
const MAX_HASHES = 32;

export function createDispatcher(parameters: StartPipelineParameters): Dispatcher {
  return new ChainDispatcher(parameters);
}

class ChainDispatcher implements Dispatcher {
  readonly #parameters: StartPipelineParameters;
  readonly #timers: Timers;

  constructor(parameters: StartPipelineParameters) {
    this.#parameters = parameters;
    this.#timers = parameters.timers ?? systemTimers;
  }

  async push(flight: Flight, place: Place): Promise<string | null> {
    flight.sent ??= await this.#adopt(flight, place);
    const { sent } = flight;
    if (sent === null) return this.#send(flight, place);
    if (sent.nonce !== place.nonce) return this.#displaced(flight, place);
    if (!sent.taken && sent.raw !== null) return this.#broadcast(flight, sent, sent.raw, place);
    const { limits } = this.#parameters;
    if (this.#timers.elapsedMs() - sent.atMs < limits.stuckAfterMs) return null;
    return this.#stuck(flight, sent, place);
  }

  /** After a restart: the transaction of the earlier run, when it still waits to be mined. */
  async #adopt(flight: Flight, place: Place): Promise<SentTransaction | null> {
    const { transactionHash, nonce } = flight.batch;
    if (transactionHash === null || nonce !== place.nonce || flight.hashes.length > 1) return null;
    const pending = await this.#pending(transactionHash);
    if (!pending) return null;
    const fees = {
      maxFeePerGas: BigInt(pending.maxFeePerGas ?? 0),
      maxPriorityFeePerGas: BigInt(pending.maxPriorityFeePerGas ?? 0),
    };
    const atMs = this.#timers.elapsedMs();
    return { hash: transactionHash, nonce, raw: null, fees, atMs, taken: true };
  }

  async #pending(hash: Hex) {
    const transaction = await this.#parameters.client.request({
      method: "eth_getTransactionByHash",
      params: [hash],
    });
    return transaction !== null && transaction.blockNumber === null ? transaction : null;
  }

  async #send(flight: Flight, place: Place): Promise<string | null> {
    const { client, deployment, operator } = this.#parameters;
    if (place.isNext) {
      const { exchange } = deployment;
      const refusal = await batchRefusal(client, exchange, operator.address, flight.batch.calldata);
      if (refusal) return this.#refused(flight, refusal);
    }
    return this.#sendWith(flight, place, await marketFees(client));
  }

  /** Signs, records, reports and only then sends: whatever of it a crash cuts off, the rest can be redone. */
  async #sendWith(flight: Flight, place: Place, fees: Fees): Promise<string | null> {
    const { deployment, operator, store, submit } = this.#parameters;
    const { batchId, firstFillSeq, lastFillSeq, calldata, journalHash } = flight.batch;
    const { nonce } = place;
    const { raw, hash } = await operator.sign({
      to: deployment.exchange,
      data: calldata,
      nonce,
      gas: Math.min(flight.gas, MAX_TRANSACTION_GAS),
      fees,
    });
    await store.submit(batchId, { hash, nonce });
    await submit({
      kind: "batch_submitted",
      batchId,
      firstFillSeq,
      lastFillSeq,
      journalHash,
      transactionHash: hash,
    });
    flight.hashes = [...flight.hashes.filter((one) => one !== hash), hash].slice(-MAX_HASHES);
    if (place.isNext) flight.sentAsNext.add(hash);
    flight.sent = { hash, nonce, raw, fees, atMs: this.#timers.elapsedMs(), taken: false };
    return this.#broadcast(flight, flight.sent, raw, place);
  }

  async #broadcast(
    flight: Flight,
    sent: SentTransaction,
    raw: Hex,
    place: Place,
  ): Promise<string | null> {
    const { client, operator, log } = this.#parameters;
    const outcome = await broadcast(client, raw);
    log.debug({ batchId: flight.batch.batchId, transactionHash: sent.hash, outcome }, "batch sent");
    if (outcome === "underpriced") return this.#replace(flight, sent, place);
    if (outcome === "unfunded")
      return `The operator ${operator.address} cannot pay for gas: fund it.`;
    // A used nonce and a failure show at the next look at the chain; a nonce ahead is sent again then.
    sent.taken = outcome !== "nonce_ahead";
    return null;
  }

  /** Not mined for long: only the first in line can be held up by its own fee. */
  async #stuck(flight: Flight, sent: SentTransaction, place: Place): Promise<string | null> {
    if (place.isNext) return this.#replace(flight, sent, place);
    sent.atMs = this.#timers.elapsedMs();
    if (sent.raw === null || (await this.#pending(sent.hash))) return null;
    return this.#broadcast(flight, sent, sent.raw, place);
  }

  async #replace(flight: Flight, sent: SentTransaction, place: Place): Promise<string | null> {
    const { client, limits, log, metrics } = this.#parameters;
    const fees = replacementFees(sent.fees, await marketFees(client));
    const { batchId } = flight.batch;
    if (fees.maxFeePerGas > limits.maxFeePerGas || flight.hashes.length > MAX_BUMPS) {
      sent.atMs = this.#timers.elapsedMs();
      sent.taken = false;
      log.warn(
        { batchId, transactionHash: sent.hash },
        "a batch is stuck at the highest fee allowed",
      );
      return `Batch ${batchId} is not mined at the highest fee that the settings allow.`;
    }
    metrics.replacements.inc();
    log.info({ batchId, replaced: sent.hash }, "a batch is sent again with a higher fee");
    return this.#sendWith(flight, place, fees);
  }

  /** Another transaction has, or will have, the nonce of ours: either ours was mined, or it never will be. */
  async #displaced(flight: Flight, place: Place): Promise<string | null> {
    const { client, log } = this.#parameters;
    const mined = await readReceipts(client, flight.hashes);
    if (mined.some((receipt) => receipt.status === "0x1")) return null;
    flight.sent = null;
    const failed = mined.filter(({ transactionHash }) => flight.sentAsNext.has(transactionHash));
    if (failed.length > flight.reverts) {
      flight.reverts = failed.length;
      flight.gas = Math.floor(flight.gas * 1.5);
      log.warn(
        { batchId: flight.batch.batchId, reverts: failed.length },
        "a batch's transaction failed",
      );
      if (flight.reverts > MAX_REVERTS) {
        throw new SettlementHalt(
          `Batch ${flight.batch.batchId} failed on chain ${flight.reverts} times, though the exchange would ` +
            "take it now: look at its transactions.",
        );
      }
    }
    return this.#send(flight, place);
  }

  #refused(flight: Flight, { name, args }: Refusal): string | null {
    // The chain has moved on since we looked; the next look tells.
    if (name === "BatchOutOfOrder") return null;
    throw new SettlementHalt(
      `The exchange refuses batch ${flight.batch.batchId} with ${name}(${args.join(", ")}).`,
    );
  }
}
