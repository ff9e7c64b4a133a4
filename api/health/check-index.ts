import type { DetailedHealth } from "../../protocol/wire/health.ts";
import { wholeNumber } from "../index-reads/whole-number.ts";
import type { Services } from "../services.ts";
import { probe } from "./probe.ts";

/** Figures of the index at its own block: what the chain must have said then. */
export interface IndexFigures {
  blockNumber: number;
  collateralMicro: bigint;
  cashMicro: bigint;
  openInterestMicro: bigint;
  unredeemedMicro: bigint;
  feesMicro: bigint;
}

const LAG_BLOCKS_HEALTHY = 20;

interface Row {
  block_number: bigint;
  collateral_micro: string;
  cash_micro: string;
  open_interest_micro: string;
  unredeemed_micro: string;
  fees_micro: string;
}

async function readFigures({ pool }: Services): Promise<IndexFigures | null> {
  const { rows } = await pool.query<Row>(
    `SELECT head.block_number, solvency.collateral_micro, solvency.cash_micro,
            solvency.open_interest_micro, solvency.unredeemed_micro, solvency.fees_micro
     FROM chain.head CROSS JOIN chain.solvency`,
  );
  const [row] = rows;
  if (!row) return null;
  return {
    blockNumber: Number(row.block_number),
    collateralMicro: BigInt(wholeNumber(row.collateral_micro)),
    cashMicro: BigInt(wholeNumber(row.cash_micro)),
    openInterestMicro: BigInt(wholeNumber(row.open_interest_micro)),
    unredeemedMicro: BigInt(wholeNumber(row.unredeemed_micro)),
    feesMicro: BigInt(wholeNumber(row.fees_micro)),
  };
}

/** Whether the index is there and how far behind the chain it is. */
export async function checkIndex(
  services: Services,
  chainBlock: number | null,
): Promise<{ health: DetailedHealth["index"]; figures: IndexFigures | null }> {
  const answer = await probe(() => readFigures(services));
  const figures = answer.ok ? answer.value : null;
  if (!figures) {
    return { health: { status: "unhealthy", block_number: null, lag_blocks: null }, figures };
  }
  const lag = chainBlock === null ? null : chainBlock - figures.blockNumber;
  const status = lag !== null && lag > LAG_BLOCKS_HEALTHY ? "degraded" : "healthy";
  return { health: { status, block_number: figures.blockNumber, lag_blocks: lag }, figures };
}
