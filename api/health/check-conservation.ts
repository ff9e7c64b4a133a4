import { erc20Abi } from "viem";
import { exchangeAbi } from "../../protocol/abi/exchange.ts";
import type { StatusReply } from "../../protocol/engine/request.ts";
import { MICRO_PER_LOT } from "../../protocol/units.ts";
import type { DetailedHealth } from "../../protocol/wire/health.ts";
import type { Services } from "../services.ts";
import type { IndexFigures } from "./check-index.ts";
import { probe } from "./probe.ts";

/** The chain's own figures at one block, micro. */
interface ChainFigures {
  collateralMicro: bigint;
  cashMicro: bigint;
  /** Pairs of unresolved markets. */
  openInterestMicro: bigint;
  /** What resolved markets still owe to their winners. */
  unredeemedMicro: bigint;
  feesMicro: bigint;
}

async function readChain(services: Services, blockNumber: bigint): Promise<ChainFigures | null> {
  const { chain, deployment } = services;
  if (!chain) return null;
  const { client } = chain;
  const exchange = { address: deployment.exchange, abi: exchangeAbi, blockNumber } as const;
  const [collateralMicro, cashMicro, openLots, unredeemedMicro, feesMicro] = await Promise.all([
    client.readContract({
      address: deployment.collateral,
      abi: erc20Abi,
      functionName: "balanceOf",
      args: [deployment.exchange],
      blockNumber,
    }),
    client.readContract({ ...exchange, functionName: "totalCashMicro" }),
    client.readContract({ ...exchange, functionName: "totalOpenInterestLots" }),
    client.readContract({ ...exchange, functionName: "unredeemedMicro" }),
    client.readContract({ ...exchange, functionName: "accruedFeesMicro" }),
  ]);
  const openInterestMicro = openLots * BigInt(MICRO_PER_LOT);
  return { collateralMicro, cashMicro, openInterestMicro, unredeemedMicro, feesMicro };
}

/** What the index says other than the chain, at the index's own block. */
function indexDifferences(index: IndexFigures, chain: ChainFigures): string[] {
  const compared: [string, bigint, bigint][] = [
    ["cash", index.cashMicro, chain.cashMicro],
    ["open interest", index.openInterestMicro, chain.openInterestMicro],
    ["unredeemed", index.unredeemedMicro, chain.unredeemedMicro],
    ["fees", index.feesMicro, chain.feesMicro],
  ];
  return compared
    .filter(([, ours, theirs]) => ours !== theirs)
    .map(
      ([what, ours, theirs]) =>
        `${what}: the index has ${ours} micro, the chain ${theirs}, at block ${index.blockNumber}`,
    );
}

/** Conservation on chain, and whether engine and index tell the same. */
export async function checkConservation(
  services: Services,
  engine: StatusReply | null,
  index: IndexFigures | null,
): Promise<DetailedHealth["conservation"]> {
  const block = index
    ? BigInt(index.blockNumber)
    : await services.chain?.client.getBlockNumber().catch(() => undefined);
  const answer = await probe(async () => (block === undefined ? null : readChain(services, block)));
  const chain = answer.ok ? answer.value : null;
  const differences = [...(engine?.reconciliation?.differences ?? [])];
  const fromIndex = index && chain ? indexDifferences(index, chain) : null;
  differences.push(...(fromIndex ?? []));
  const owed = chain
    ? chain.cashMicro + chain.openInterestMicro + chain.unredeemedMicro + chain.feesMicro
    : null;
  // Collateral that someone sent to the contract by mistake is nobody's: more is no breach.
  const ok = chain && owed !== null ? chain.collateralMicro >= owed : null;
  if (ok === false)
    differences.push(`the chain holds ${chain?.collateralMicro} micro and owes ${owed}`);
  return {
    ok,
    collateral_micro: chain?.collateralMicro.toString() ?? null,
    cash_micro: chain?.cashMicro.toString() ?? null,
    open_interest_micro: chain?.openInterestMicro.toString() ?? null,
    unredeemed_micro: chain?.unredeemedMicro.toString() ?? null,
    fees_micro: chain?.feesMicro.toString() ?? null,
    engine_agrees: engine?.reconciliation?.ok ?? null,
    index_agrees: fromIndex === null ? null : fromIndex.length === 0,
    differences,
  };
}
