import type { Player } from "../player.ts";
import { type Cast, chainHoldings, type Stage } from "../stage.ts";
import { cash, shares } from "../transcript.ts";

/** What each player has in escrow and in the wallet, from all four sources. */
export async function checkHoldings(stage: Stage, cast: Cast): Promise<void> {
  for (const player of [cast.alice, cast.bob]) await checkPlayer(stage, cast, player);
}

async function checkPlayer(stage: Stage, { market, ledger }: Cast, player: Player): Promise<void> {
  const { checks, index } = stage;
  const { name, client, address } = player;
  const expected = ledger.account(name);
  const account = address.toLowerCase();
  const [chain, balance, positions, cashSql, [sqlShares], tokensSql] = await Promise.all([
    chainHoldings(stage, address, market.marketId),
    client.getBalance(),
    client.getPositions(),
    index.figure("SELECT cash_micro FROM chain.balances WHERE account = $1", [account]),
    index.rows(
      "SELECT yes_lots, no_lots FROM chain.positions WHERE account = $1 AND market_id = $2",
      [account, market.marketId],
    ),
    index.figure(
      "SELECT quantity_lots FROM chain.token_balances WHERE account = $1 AND market_id = $2 AND outcome = 1",
      [account, market.marketId],
    ),
  ]);
  const own = positions.find(({ marketId }) => marketId === market.marketId);
  const cashOfApi =
    BigInt(balance.availableMicro) + BigInt(balance.lockedMicro) + BigInt(balance.reservedMicro);
  const yes = own ? own.yesAvailableLots + own.yesLockedLots + own.yesReservedLots : 0;
  const no = own ? own.noAvailableLots + own.noLockedLots + own.noReservedLots : 0;
  checks.compare(
    `${name}'s cash in escrow`,
    { expected: expected.cashMicro, chain: chain.cashMicro, sql: cashSql, api: cashOfApi },
    cash,
  );
  checks.compare(
    `${name}'s YES in escrow`,
    {
      expected: expected.yesLots,
      chain: chain.yesLots,
      sql: sqlShares?.["yes_lots"] ?? "0",
      api: yes,
    },
    (lots) => shares(lots, "YES"),
  );
  checks.compare(
    `${name}'s NO in escrow`,
    { expected: expected.noLots, chain: chain.noLots, sql: sqlShares?.["no_lots"] ?? "0", api: no },
    (lots) => shares(lots, "NO"),
  );
  checks.compare(
    `${name}'s ERC-1155 YES in the wallet`,
    { expected: expected.yesTokens, chain: chain.yesTokens, sql: tokensSql },
    (lots) => shares(lots, "YES"),
  );
  checks.compare(
    `${name}'s ERC-20 in the wallet`,
    { expected: expected.walletMicro, chain: chain.walletMicro },
    cash,
  );
}
