/** What a figure of ours is to be read beside. */
export interface Yardstick {
  /** Polymarket's exchange of 2022: Polymarket/ctf-exchange at 00945f5. */
  v1?: number;
  /** Polymarket's exchange of 2026: Polymarket/ctf-exchange-v2 at ccc0596. */
  v2?: number;
  /** What we want at most. */
  goal?: (figures: Readonly<Record<string, number>>) => number;
}

const atMost = (limit: number) => () => limit;
const nearTransfer = (size: string) => (figures: Readonly<Record<string, number>>) =>
  (figures[`comp_${size}`] ?? 0) + 5000;
/** EIP-170. */
const CODE_LIMIT_BYTES = 24_576;
/** Both of Polymarket's exchanges hold positions in the same contract, Gnosis ConditionalTokens 1.0.3. */
const conditionalTokens = (gas: number) => ({ v1: gas, v2: gas });

/**
 * By the key of the scenario. Polymarket's figures were measured on anvil 1.7.1 (Osaka), receipts' `gasUsed`, with
 * each repository's own compiler settings, EOA signatures, no fee unless the row says so, a plain 6-decimals ERC-20 as
 * collateral, 21 accounts that hold collateral and both outcomes, 20 shares a maker at 0.50.
 */
export const YARDSTICKS: Readonly<Record<string, Yardstick>> = {
  comp_1x1_first: { v1: 178_586, v2: 174_312, goal: atMost(85_000) },
  comp_1x1_second: { v1: 149_232, v2: 140_090, goal: atMost(85_000) },
  comp_1x5_first: { v1: 449_235, v2: 418_615, goal: atMost(190_000) },
  comp_1x20_first: { v1: 1_464_768, v2: 1_335_172, goal: atMost(600_000) },
  comp_1x20_second: { v1: 1_100_943, v2: 975_853, goal: atMost(600_000) },
  mint_1x1_first: { v1: 241_147, v2: 248_671, goal: nearTransfer("1x1_first") },
  mint_1x1_second: { v1: 213_420, v2: 219_320, goal: nearTransfer("1x1_second") },
  mint_1x5_first: { v1: 691_768, v2: 508_387, goal: nearTransfer("1x5_first") },
  mint_1x20_first: { v1: 2_390_721, v2: 1_484_173, goal: nearTransfer("1x20_first") },
  mint_1x20_second: { v1: 2_026_824, v2: 1_124_842, goal: nearTransfer("1x20_second") },
  merge_1x1_first: { v1: 234_964, v2: 241_331, goal: nearTransfer("1x1_first") },
  merge_1x5_first: { v1: 664_428, v2: 497_531, goal: nearTransfer("1x5_first") },
  merge_1x20_first: { v1: 2_289_878, v2: 1_460_273, goal: nearTransfer("1x20_first") },
  mixed_1x20_first: { v1: 1_935_113, v2: 1_473_395 },
  comp_1x20_one_maker: { v1: 1_206_392, v2: 1_076_748 },
  comp_1x1_fee: { v1: 191_247, v2: 187_027 },
  // Neither takes two takers in a call: ten matches are ten transactions.
  ten_pairs_per_match: { v1: 178_586, v2: 174_312, goal: atMost(55_000) },
  calldata_1x1_bytes: { v1: 1348, v2: 1444 },
  calldata_1x20_bytes: { v1: 12_900, v2: 12_996, goal: atMost(2900) },

  // Theirs write a slot of its own for every order's first fill: their first fills are the fresh ones.
  fresh_lane_1x1: { v1: 178_586, v2: 174_312 },
  fresh_lane_1x20: { v1: 1_464_768, v2: 1_335_172 },
  fresh_lane_mint_1x1: { v1: 241_147, v2: 248_671 },
  fresh_lane_mint_1x20: { v1: 2_390_721, v2: 1_484_173 },
  fresh_lane_merge_1x1: { v1: 234_964, v2: 241_331 },
  fresh_lane_merge_1x20: { v1: 2_289_878, v2: 1_460_273 },
  fresh_holdings_1x1: { v1: 212_774, v2: 208_512 },
  fresh_accounts_1x1: { v1: 212_774, v2: 208_512 },

  split_first: conditionalTokens(139_340),
  split: conditionalTokens(88_040),
  merge_tokens: conditionalTokens(85_316),
  redeem_tokens: conditionalTokens(78_775),
  raise_cancel_floor: { v1: 43_619, v2: 47_185 },
  cancel_total: { v1: 51_558 },
  create_market: conditionalTokens(52_226),
  resolve: conditionalTokens(77_088),

  exchange_code_bytes: { goal: atMost(CODE_LIMIT_BYTES) },
  exchange_markets_code_bytes: { goal: atMost(CODE_LIMIT_BYTES) },
};
