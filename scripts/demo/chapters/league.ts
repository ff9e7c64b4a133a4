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
