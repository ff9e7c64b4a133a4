import { onchainView, sql } from "ponder";
import { head } from "./head-view.ts";
import { markYesTicksSql } from "./mark-price.ts";
import { marketRows } from "./market-tables.ts";

// An idle chain's head is old and a test chain's may be in the future: the later of both clocks counts.
const now = sql`greatest(extract(epoch from now())::bigint, (select block_time from ${head}))`;

const status = sql<string>`case when ${marketRows.phase} = 'open' and ${marketRows.closeTime} <= ${now} then 'closed' else ${marketRows.phase} end`;

// The NO outstanding, which outside of a group are the pairs. Once the payout is final there are none any more, but
// shares with a worth of their own.
const openInterest = sql<bigint>`case when ${marketRows.payoutYes} is null then ${marketRows.noOutstandingLots} else 0 end`;

/** Markets as readers want them: with the status that the clock gives them. */
export const markets = onchainView("markets").as((query) =>
  query
    .select({
      marketId: marketRows.marketId,
      groupId: marketRows.groupId,
      slug: marketRows.slug,
      question: marketRows.question,
      rules: marketRows.rules,
      category: marketRows.category,
      resolver: marketRows.resolver,
      closeTime: marketRows.closeTime,
      resolveDeadline: marketRows.resolveDeadline,
      takerFeeBps: marketRows.takerFeeBps,
      priceStep: marketRows.priceStep,
      status: status.as("status"),
      proposedPayoutYes: marketRows.proposedPayoutYes,
      payoutYes: marketRows.payoutYes,
      lastYesPriceTicks: marketRows.lastYesPriceTicks,
      markYesTicks: markYesTicksSql.as("mark_yes_ticks"),
      openInterestLots: openInterest.as("open_interest_lots"),
      volumeMicro: marketRows.volumeMicro,
      volumeLots: marketRows.volumeLots,
      trades: marketRows.trades,
      feesMicro: marketRows.feesMicro,
      createdAt: marketRows.createdAt,
      createdBlock: marketRows.createdBlock,
      createdTransactionHash: marketRows.createdTransactionHash,
      resolvedAt: marketRows.resolvedAt,
      resolvedTransactionHash: marketRows.resolvedTransactionHash,
    })
    .from(marketRows),
);
