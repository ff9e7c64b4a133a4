import { encodeFunctionData, type Hex } from "viem";
import { exchangeAbi } from "../../protocol/abi/exchange.ts";
import type { Deployment } from "../../protocol/deployment.ts";
import type { SkippedFill } from "../../protocol/engine/command.ts";
import type { Batch } from "../../protocol/settlement/batch.ts";
import { SKIP_REASON_UNKNOWN } from "../../protocol/settlement/skip-reason.ts";
import type { ChainClient } from "../chain/client.ts";
import { probeSettle } from "./probe.ts";
import { settleCalldata } from "./settle-calldata.ts";
import type { ImpliedSlots } from "./implied-slots.ts";

/**
 * Executes a batch against the exchange's code and gives the fills that it would skip. An `eth_call`
 * shows no events, so what was skipped shows in the filled quantities: all as expected, or else each
 * beginning of the batch is executed to see at which fill its taker's quantity stands still.
 * @throws viem's errors: `refusalOf` tells the exchange's refusal from a silent chain.
 */
export async function simulateBatch(
  client: ChainClient,
  deployment: Deployment,
  batch: Batch,
  implied: ImpliedSlots,
): Promise<SkippedFill[]> {
  const views = batch.orders.map(({ order }) =>
    encodeFunctionData({
      abi: exchangeAbi,
      functionName: "filledLots",
      args: [order.maker, order.nonce],
    }),
  );
  const filledAfter = async (fills: number): Promise<bigint[]> =>
    probeSettle(client, {
      exchange: deployment.exchange,
      operator: implied.operator,
      blockNumber: implied.blockNumber,
      settle: settleCalldata({ ...batch, fills: batch.fills.slice(0, fills) }),
      views,
      slots: implied.slots,
    });

  const all = await filledAfter(batch.fills.length);
  const before = implied.filledLots;
  if (expected(batch, before).every((lots, index) => lots === all[index])) return [];
  const skipped: SkippedFill[] = [];
  let filled = before;
  for (const [fillIndex, fill] of batch.fills.entries()) {
    const next = await filledAfter(fillIndex + 1);
    if (next[fill.takerIndex] === filled[fill.takerIndex]) {
      skipped.push({ fillIndex, reason: SKIP_REASON_UNKNOWN });
    }
    filled = next;
  }
  return skipped;
}

/** Filled quantities by order when every fill holds. Orders that share a nonce share their quantity. */
function expected(batch: Batch, before: readonly bigint[]): bigint[] {
  const laneOf = (index: number): Hex => {
    const order = batch.orders[index]?.order;
    return `${order?.maker.toLowerCase() as Hex}${order?.nonce}`;
  };
  const added = new Map<Hex, bigint>();
  for (const { takerIndex, makerIndex, quantityLots } of batch.fills) {
    for (const lane of [laneOf(takerIndex), laneOf(makerIndex)]) {
      added.set(lane, (added.get(lane) ?? 0n) + BigInt(quantityLots));
    }
  }
  return before.map((lots, index) => lots + (added.get(laneOf(index)) ?? 0n));
}
