import { erc20Abi } from "viem";
import { exchangeAbi } from "../../../protocol/abi/exchange.ts";
import { MICRO_PER_LOT } from "../../../protocol/units.ts";
import type { Cast, Stage } from "../stage.ts";
import { cash } from "../transcript.ts";

/** What the story did to the league: every position is closed, so profit is what the story counted. */
export async function checkLeague(stage: Stage, { alice, bob, ledger }: Cast): Promise<void> {
  const { transcript, checks, index } = stage;
  transcript.chapter("The league");
  const board = await alice.client.getLeaderboard({ by: "pnl", limit: 500 });
  for (const { name, address, client } of [alice, bob]) {
    const account = address.toLowerCase();
    const expected = ledger.account(name);
    const [[sql], stats] = await Promise.all([
      index.rows(
        "SELECT pnl_micro, volume_micro, trades FROM chain.leaderboard WHERE account = $1",
        [account],
      ),
      client.getUserStats(address),
    ]);
    const row = board.find((candidate) => candidate.account.toLowerCase() === account);
    transcript.line(name, row ? `stands at place ${row.rank} by profit` : "is not on the board");
    checks.compare(
      `${name}'s profit and loss`,
      {
        expected: expected.closedPnlMicro,
        sql: sql?.["pnl_micro"] ?? "none",
        api: row?.pnlMicro ?? "none",
      },
      cashOrWord,
    );
    checks.compare(
      `${name}'s volume`,
      {
        expected: expected.volumeMicro,
        sql: sql?.["volume_micro"] ?? "none",
        api: stats.volumeMicro,
      },
      cashOrWord,
    );
    checks.compare(`${name}'s trades`, {
      expected: expected.trades,
      sql: sql?.["trades"] ?? "none",
      api: stats.trades,
    });
  }
}

function cashOrWord(figure: string): string {
  return /^-?\d+$/.test(figure) ? cash(figure) : figure;
}

/** Collateral held = cash owed + open interest + fees, on chain and by the index. */
export async function checkConservation(stage: Stage): Promise<void> {
  const { transcript, checks, chain, deployment } = stage;
  transcript.chapter("Conservation: the contract holds exactly what it owes");
  const blockNumber = await chain.getBlockNumber();
  const contract = { address: deployment.exchange, abi: exchangeAbi, blockNumber };
  const [held, cashMicro, lots, fees] = await Promise.all([
    chain.readContract({
      address: deployment.collateral,
      abi: erc20Abi,
      functionName: "balanceOf",
      args: [deployment.exchange],
      blockNumber,
    }),
    chain.readContract({ ...contract, functionName: "totalCashMicro" }),
    chain.readContract({ ...contract, functionName: "totalOpenInterestLots" }),
    chain.readContract({ ...contract, functionName: "accruedFeesMicro" }),
  ]);
  const owed = cashMicro + lots * BigInt(MICRO_PER_LOT) + fees;
  checks.compare("collateral = cash + open interest + fees", { expected: owed, chain: held }, cash);
}
