import { erc20Abi } from "viem";
import { exchangeAbi } from "../../../protocol/abi/exchange.ts";
import { MICRO_PER_LOT } from "../../../protocol/units.ts";
import { pollUntil } from "../poll-until.ts";
import { readHealth, type Stage, seenByAll } from "../stage.ts";
import { cash } from "../transcript.ts";

const RECONCILED_WITHIN_MS = 60_000;

/**
 * Collateral held = cash owed + open interest + unredeemed payouts + fees: on chain, by the index's own
 * sums, and as the server's reconciliation of engine, chain and index says.
 */
export async function checkConservation(stage: Stage): Promise<void> {
  const { transcript, checks, chain, deployment, index } = stage;
  transcript.chapter("Conservation: the contract holds exactly what it owes");
  const blockNumber = await chain.getBlockNumber();
  await seenByAll(stage, blockNumber);
  const read = (functionName: ChainFigure) =>
    chain.readContract({
      address: deployment.exchange,
      abi: exchangeAbi,
      functionName,
      blockNumber,
    });
  const [held, counted, cashMicro, lots, unredeemed, fees, [sql]] = await Promise.all([
    chain.readContract({
      address: deployment.collateral,
      abi: erc20Abi,
      functionName: "balanceOf",
      args: [deployment.exchange],
      blockNumber,
    }),
    read("collateralMicro"),
    read("totalCashMicro"),
    read("totalOpenInterestLots"),
    read("unredeemedMicro"),
    read("accruedFeesMicro"),
    index.rows(
      "SELECT cash_micro + open_interest_micro + unredeemed_micro + fees_micro AS owed FROM chain.solvency",
    ),
  ]);
  const owed = cashMicro + lots * BigInt(MICRO_PER_LOT) + unredeemed + fees;
  checks.compare(
    "owed: cash + pairs + unredeemed + fees",
    { expected: counted, chain: owed, sql: sql?.["owed"] ?? "none" },
    cash,
  );
  // Collateral that somebody gave to the contract for nothing is held, and owed to nobody.
  checks.compare("held, at least", { expected: owed, chain: held < owed ? held : owed }, cash);
  const conservation = await pollUntil("a reconciliation", RECONCILED_WITHIN_MS, async () => {
    const health = await readHealth(stage.apiUrl);
    return health.conservation.ok !== null && health.conservation;
  });
  const { engine_agrees: engine, index_agrees: indexAgrees, ok, differences } = conservation;
  checks.compare("conserved, engine and index agree with chain", {
    expected: "true true true",
    api: `${ok} ${engine} ${indexAgrees}`,
  });
  for (const difference of differences) transcript.line("", difference);
}

type ChainFigure =
  | "collateralMicro"
  | "totalCashMicro"
  | "totalOpenInterestLots"
  | "unredeemedMicro"
  | "accruedFeesMicro";
