import { despiteOutage } from "../despite-outage.ts";
import { type Cast, type Stage, seenByAll } from "../stage.ts";
import { shares } from "../transcript.ts";
import { checkHoldings } from "./check-holdings.ts";

const EXPORTED_LOTS = 1_500;

/** Alice takes some YES out as ERC-1155 tokens: hers without the exchange from now on. */
export async function exportSomeShares(stage: Stage, cast: Cast): Promise<void> {
  const { transcript, checks, index } = stage;
  const { alice, market, ledger } = cast;
  transcript.chapter("Alice exports shares to her wallet as ERC-1155 tokens");
  const { transactionHash, blockNumber } = await despiteOutage(() =>
    alice.client.exportShares({ market: market.slug, outcome: "YES", quantity: EXPORTED_LOTS }),
  );
  transcript.line("Alice", `exports ${shares(EXPORTED_LOTS, "YES")}`, transactionHash);
  const lastPrice = ledger.fills.at(-1)?.yesPriceTicks ?? 0;
  ledger.exportYes("Alice", BigInt(EXPORTED_LOTS), lastPrice);
  await seenByAll(stage, blockNumber);
  const { items } = await alice.client.listTransfers();
  checks.compare(
    "the export among the transfers",
    {
      expected: EXPORTED_LOTS,
      sql: await index.figure(
        "SELECT quantity_lots FROM chain.transfers WHERE kind = 'export' AND transaction_hash = $1",
        [transactionHash],
      ),
      api:
        items.find((transfer) => transfer.transactionHash === transactionHash)?.quantityLots ??
        "none",
    },
    (lots) => shares(lots, "YES"),
  );
  await checkHoldings(stage, cast);
}
