/** The ids that local chains use: Hardhat and Anvil, Geth's --dev and Ganache. */
const DEVELOPMENT_CHAIN_IDS: readonly number[] = [31_337, 1_337];

/**
 * Whether a chain of this id is someone's own: its money is worth nothing, its blocks are final at
 * once, and it may be thrown away and start anew at any time.
 */
export function isDevelopmentChain(chainId: number): boolean {
  return DEVELOPMENT_CHAIN_IDS.includes(chainId);
}
