import { parseCollateral } from "../../../protocol/units.ts";
import { despiteOutage } from "../despite-outage.ts";
import { type Cast, type Stage, seenByAll } from "../stage.ts";
import { cash } from "../transcript.ts";
import { checkHoldings } from "./check-holdings.ts";

const WITHDRAWN_MICRO = parseCollateral("100");
const SETTLED_IN_MS = 60_000;

/** Winners redeem, from escrow and from tokens, and Bob takes money out. */
export async function redeemAndWithdraw(
  stage: Stage,
  cast: Cast,
  payoutYes: number,
): Promise<void> {
  const { transcript } = stage;
  const { alice, bob, market, ledger } = cast;
  transcript.chapter("Winners redeem");
  for (const { name, client } of [alice, bob]) {
    const { transactionHash } = await client.redeem({ market: market.marketId });
    const payoutMicro = ledger.redeem(name, payoutYes);
    transcript.line(name, `redeems escrowed shares for ${cash(payoutMicro)}`, transactionHash);
  }
  const tokens = await alice.client.redeemTokens({ market: market.marketId });
  const tokensMicro = ledger.redeemTokens("Alice", payoutYes);
  transcript.line(
    "Alice",
    `burns her tokens for ${cash(tokensMicro)}, into her wallet`,
    tokens.transactionHash,
  );

  transcript.chapter("Bob withdraws to his wallet, co-signed by the operator");
  await bob.account.waitFor(
    ({ balance }) => BigInt(balance.withdrawableMicro) >= WITHDRAWN_MICRO,
    SETTLED_IN_MS,
  );
  const { transactionHash, blockNumber } = await despiteOutage(() =>
    bob.client.withdraw(WITHDRAWN_MICRO),
  );
  ledger.withdraw("Bob", WITHDRAWN_MICRO);
  transcript.line("Bob", `withdraws ${cash(WITHDRAWN_MICRO)}`, transactionHash);
  await seenByAll(stage, blockNumber);
  const { items } = await bob.client.listTransfers();
  stage.checks.compare(
    "the withdrawal among the transfers",
    {
      expected: WITHDRAWN_MICRO,
      sql: await stage.index.figure(
        "SELECT amount_micro FROM chain.transfers WHERE kind = 'withdrawal' AND transaction_hash = $1",
        [transactionHash],
      ),
      api:
        items.find((transfer) => transfer.transactionHash === transactionHash)?.amountMicro ??
        "none",
    },
    cash,
  );
  await checkHoldings(stage, cast);
}
