/** The ids that local chains use (Hardhat, Anvil; Geth's --dev, Ganache). */
const DEVELOPMENT_CHAIN_IDS: readonly number[] = [31_337, 1_337];

/** Whether a chain of this id may be thrown away and start anew at any time. */
export function isDevelopmentChain(chainId: number): boolean {
  return DEVELOPMENT_CHAIN_IDS.includes(chainId);
}
