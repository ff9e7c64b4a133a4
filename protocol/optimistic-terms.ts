import { type Address, encodeAbiParameters, type Hex } from "viem";

/** `Terms` of the optimistic resolver: who rules on disputes, and what proposing and challenging cost. */
export interface OptimisticTerms {
  arbiter: Address;
  /** What proposer and challenger each put up. */
  bondMicro: bigint;
  challengeWindowSeconds: number;
  /** Of whatever binds the arbiter beyond the market's own rules; 32 zero bytes for nothing. */
  rulesHash: Hex;
}

const TERMS = [
  {
    type: "tuple",
    components: [
      { name: "arbiter", type: "address" },
      { name: "bondMicro", type: "uint64" },
      { name: "challengeWindow", type: "uint32" },
      { name: "rulesHash", type: "bytes32" },
    ],
  },
] as const;

/** The `resolverData` with which a market of the optimistic resolver is created. */
export function encodeOptimisticTerms(terms: OptimisticTerms): Hex {
  const { challengeWindowSeconds: challengeWindow, ...others } = terms;
  return encodeAbiParameters(TERMS, [{ ...others, challengeWindow }]);
}
