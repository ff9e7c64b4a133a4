import { erc20Abi, type Hex, type PublicClient } from "viem";
import { exchangeAbi } from "../../protocol/abi/exchange.ts";
import type { FillView } from "../../protocol/engine/view.ts";
import { decodeFillData } from "../../protocol/settlement/fill-data.ts";
import type { ExchangeUnderCrash } from "./exchange-under-crash.ts";
import { readFills } from "./read-fills.ts";
import type { Trader } from "./trader.ts";
import { promised } from "./violation.ts";

const MICRO_PER_LOT = 10_000n;

/** Each fill of the engine is on chain, once, in its order, with its figures; and nothing else is. */
export async function checkSettled(
  exchange: ExchangeUnderCrash,
  reader: PublicClient,
): Promise<FillView[]> {
  const fills = await readFills(exchange.pool);
  const nonceOf = await readNonces(exchange);
  const common = {
    address: exchange.deployment.exchange,
    abi: exchangeAbi,
    fromBlock: 0n,
  } as const;
  const [settled, skipped] = await Promise.all([
    reader.getContractEvents({ ...common, eventName: "FillSettled", strict: true }),
    reader.getContractEvents({ ...common, eventName: "FillSkipped", strict: true }),
  ]);
  promised(skipped.length === 0, "a fill is a fill", () => `${skipped.length} were skipped`);
  promised(
    settled.length === fills.length,
    "each fill settles once",
    `${settled.length} on chain, ${fills.length} in the engine`,
  );
  for (const [index, { args, transactionHash }] of settled.entries()) {
    const fill = fills[index] as FillView;
    const { takerNonce, makerNonce, feeMicro, quantityLots, yesPriceTicks } = decodeFillData(
      args.data,
    );
    const { marketId, taker, maker } = args;
    const onChain = [marketId, taker, maker, takerNonce, makerNonce, feeMicro, quantityLots];
    const inEngine = [
      fill.marketId,
      fill.taker,
      fill.maker,
      nonceOf.get(fill.takerHash),
      nonceOf.get(fill.makerHash),
      fill.feeMicro,
      fill.quantityLots,
    ];
    const same =
      onChain.join().toLowerCase() === inEngine.join().toLowerCase() &&
      yesPriceTicks === fill.yesPriceTicks &&
      transactionHash === fill.transactionHash &&
      fill.status === "settled";
    promised(same, "each fill settles as matched", () => `${onChain} ${JSON.stringify(fill)}`);
  }
  return fills;
}

async function readNonces({ pool }: ExchangeUnderCrash): Promise<Map<Hex, string>> {
  const { rows } = await pool.query<{ hash: Hex; nonce: string }>(
    "SELECT hash, nonce FROM engine.orders",
  );
  return new Map(rows.map(({ hash, nonce }) => [hash, nonce]));
}

/** What the contract holds is what it owes; differences as sentences, none when they agree. */
export async function conservationOf(
  { deployment }: ExchangeUnderCrash,
  reader: PublicClient,
): Promise<string[]> {
  const blockNumber = await reader.getBlockNumber({ cacheTime: 0 });
  const common = { address: deployment.exchange, abi: exchangeAbi, blockNumber } as const;
  const [held, cash, openLots, unredeemed, fees] = await Promise.all([
    reader.readContract({
      address: deployment.collateral,
      abi: erc20Abi,
      functionName: "balanceOf",
      args: [deployment.exchange],
      blockNumber,
    }),
    reader.readContract({ ...common, functionName: "totalCashMicro" }),
    reader.readContract({ ...common, functionName: "totalOpenInterestLots" }),
    reader.readContract({ ...common, functionName: "unredeemedMicro" }),
    reader.readContract({ ...common, functionName: "accruedFeesMicro" }),
  ]);
  const owed = cash + openLots * MICRO_PER_LOT + unredeemed + fees;
  return held === owed ? [] : [`the exchange holds ${held} micro and owes ${owed}`];
}

/** Every trader's cash and shares as the engine tells them against the contract's own. */
export async function holdingsDifferences(
  { deployment }: ExchangeUnderCrash,
  reader: PublicClient,
  traders: readonly Trader[],
): Promise<string[]> {
  const contract = { address: deployment.exchange, abi: exchangeAbi } as const;
  const differences = await Promise.all(
    traders.map(async ({ address, patient }) => {
      const balance = await patient.getBalance();
      const { availableMicro, lockedMicro, reservedMicro } = balance;
      const cash = BigInt(availableMicro) + BigInt(lockedMicro) + BigInt(reservedMicro);
      const held = await reader.readContract({
        ...contract,
        functionName: "cashOf",
        args: [address],
      });
      const found = held === cash ? [] : [`${address}: cash ${cash}, on chain ${held}`];
      for (const position of await patient.getPositions()) {
        const { marketId } = position;
        const yes = position.yesAvailableLots + position.yesLockedLots + position.yesReservedLots;
        const no = position.noAvailableLots + position.noLockedLots + position.noReservedLots;
        const args = [address, BigInt(marketId)] as const;
        const shares = await reader.readContract({ ...contract, functionName: "sharesOf", args });
        if (shares[0] === BigInt(yes) && shares[1] === BigInt(no)) continue;
        found.push(`${address} in ${marketId}: ${yes}/${no}, on chain ${shares.join("/")}`);
      }
      return found;
    }),
  );
  return differences.flat();
}
