import type { Address } from "viem";
import type { Core } from "../edge/core.ts";

/** An account's cash as the engine expects it in the contract. */
export interface ExpectedCash {
  account: Address;
  cashMicro: bigint;
}

/** An account's shares in a market as the engine expects them in the contract. */
export interface ExpectedShares {
  account: Address;
  marketId: number;
  yesLots: bigint;
  noLots: bigint;
}

/** What the engine expects the contract to hold: everything settled, nothing matched only. Taken at one instant. */
export interface ExpectedChain {
  /** The last block that it includes. */
  blockNumber: number;
  lastBatchId: number;
  /** Every account that ever held cash. */
  cash: readonly ExpectedCash[];
  shares: readonly ExpectedShares[];
}

/** What the core expects the contract to hold: its settled mirror without what was only simulated. */
export function expectedChain(core: Pick<Core, "status" | "settledAccounts">): ExpectedChain {
  const cash: ExpectedChain["cash"][number][] = [];
  const shares: ExpectedChain["shares"][number][] = [];
  for (const settled of core.settledAccounts()) {
    const { account } = settled;
    cash.push({ account, cashMicro: BigInt(settled.cashMicro - settled.simulatedCashMicro) });
    for (const holding of settled.holdings) {
      shares.push({
        account,
        marketId: holding.marketId,
        yesLots: BigInt(holding.yesLots - holding.simulatedYesLots),
        noLots: BigInt(holding.noLots - holding.simulatedNoLots),
      });
    }
  }
  const { lastBlock, lastBatchId } = core.status;
  return { blockNumber: lastBlock, lastBatchId, cash, shares };
}
