import { type Address, encodeAbiParameters, type Hex, keccak256, numberToHex } from "viem";

/**
 * Where settlement's state lies in the exchange's storage and how its words are packed: what
 * `contracts/exchange/ExchangeStorage.sol` and `contracts/types/` say. A simulated settlement overrides
 * these slots in `eth_call`.
 */
const SLOT = { accounts: 0n, holdings: 1n, lanes: 2n, hot: 3n, markets: 4n, totals: 5n } as const;

/** Nonces that share a lane. */
export const NONCES_PER_LANE = 8n;

/** Slot of an account's cash and cancel floor. */
export function accountSlot(account: Address): Hex {
  return mappingSlot(BigInt(account), SLOT.accounts);
}

/** Slot of an account's shares in a market. */
export function holdingSlot(account: Address, marketId: number): Hex {
  return mappingSlot((BigInt(account) << 64n) | BigInt(marketId), SLOT.holdings);
}

/** Slot of the filled quantities of the eight nonces around `nonce`. */
export function laneSlot(maker: Address, nonce: bigint): Hex {
  return mappingSlot(((BigInt(maker) << 64n) | nonce) / NONCES_PER_LANE, SLOT.lanes);
}

/** Slot of operator, last batch id, open interest and pause. */
export function hotStateSlot(): Hex {
  return word(SLOT.hot);
}

/** Slot of what settlement needs of a market. */
export function marketSlot(marketId: number): Hex {
  return mappingSlot(BigInt(marketId), SLOT.markets);
}

/** Slot of collateral, fees, unredeemed payouts and the number of markets. */
export function totalsSlot(): Hex {
  return word(SLOT.totals);
}

export interface AccountWord {
  cashMicro: bigint;
  floor: bigint;
  pendingFloor: bigint;
  /** Unix seconds; 0 none. */
  pendingAt: number;
}

export function packAccount(account: AccountWord): Hex {
  return pack(
    [account.cashMicro, 88],
    [account.floor, 64],
    [account.pendingFloor, 64],
    [account.pendingAt, 40],
  );
}

export function unpackAccount(value: Hex): AccountWord {
  const [cashMicro, floor, pendingFloor, pendingAt] = unpack(value, 88, 64, 64, 40);
  return { cashMicro, floor, pendingFloor, pendingAt: Number(pendingAt) };
}

export interface HoldingWord {
  yesLots: bigint;
  noLots: bigint;
}

export function packHolding(holding: HoldingWord): Hex {
  return pack([holding.yesLots, 128], [holding.noLots, 128]);
}

export function unpackHolding(value: Hex): HoldingWord {
  const [yesLots, noLots] = unpack(value, 128, 128);
  return { yesLots, noLots };
}

/** Filled quantities in lots by `nonce % 8`. */
export function packLane(filledLots: readonly number[]): Hex {
  let value = 0n;
  for (const [index, lots] of filledLots.entries()) value |= BigInt(lots) << BigInt(index * 32);
  return word(value);
}

export function unpackLane(value: Hex): number[] {
  const lane = BigInt(value);
  return Array.from({ length: Number(NONCES_PER_LANE) }, (_, index) =>
    Number(BigInt.asUintN(32, lane >> BigInt(index * 32))),
  );
}

export interface HotStateWord {
  paused: boolean;
  openInterestLots: bigint;
  lastBatchId: bigint;
  operator: Address;
}

export function packHotState(state: HotStateWord): Hex {
  return pack(
    [state.paused ? 1 : 0, 8],
    [state.openInterestLots, 40],
    [state.lastBatchId, 48],
    [BigInt(state.operator), 160],
  );
}

export function unpackHotState(value: Hex): HotStateWord {
  const [paused, openInterestLots, lastBatchId, operator] = unpack(value, 8, 40, 48, 160);
  return {
    paused: paused !== 0n,
    openInterestLots,
    lastBatchId,
    operator: numberToHex(operator, { size: 20 }),
  };
}

export interface MarketWord {
  closeTime: number;
  /** 1 open (or closed, by time), 2 proposed, 3 resolved, 4 void. */
  status: number;
  takerFeeBps: number;
  payoutYes: number;
  priceStep: number;
  openInterestLots: bigint;
}

export function packMarket(market: MarketWord): Hex {
  return pack(
    [market.closeTime, 144],
    [market.status, 8],
    [market.takerFeeBps, 16],
    [market.payoutYes, 16],
    [market.priceStep, 8],
    [market.openInterestLots, 64],
  );
}

export function unpackMarket(value: Hex): MarketWord {
  const [closeTime, status, takerFeeBps, payoutYes, priceStep, openInterestLots] = unpack(
    value,
    ...([144, 8, 16, 16, 8, 64] as const),
  );
  return {
    closeTime: Number(closeTime),
    status: Number(status),
    takerFeeBps: Number(takerFeeBps),
    payoutYes: Number(payoutYes),
    priceStep: Number(priceStep),
    openInterestLots,
  };
}

export interface TotalsWord {
  collateralMicro: bigint;
  feesMicro: bigint;
  unredeemedMicro: bigint;
  marketCount: bigint;
}

/** Solidity packs a struct's members from the low bits up. */
export function packTotals(totals: TotalsWord): Hex {
  return pack(
    [totals.marketCount, 64],
    [totals.unredeemedMicro, 64],
    [totals.feesMicro, 64],
    [totals.collateralMicro, 64],
  );
}

export function unpackTotals(value: Hex): TotalsWord {
  const [marketCount, unredeemedMicro, feesMicro, collateralMicro] = unpack(value, 64, 64, 64, 64);
  return { collateralMicro, feesMicro, unredeemedMicro, marketCount };
}

function mappingSlot(key: bigint, slot: bigint): Hex {
  return keccak256(encodeAbiParameters([{ type: "uint256" }, { type: "uint256" }], [key, slot]));
}

function word(value: bigint): Hex {
  return numberToHex(value, { size: 32 });
}

/** Fields of so many bits side by side, the first one highest. @throws RangeError when one does not fit. */
function pack(...fields: readonly (readonly [value: bigint | number, bits: number])[]): Hex {
  let packed = 0n;
  for (const [value, bits] of fields) {
    if (value < 0 || BigInt(value) >> BigInt(bits) !== 0n) {
      throw new RangeError(`${value} does not fit into ${bits} bits`);
    }
    packed = (packed << BigInt(bits)) | BigInt(value);
  }
  return word(packed);
}

function unpack<const Bits extends readonly number[]>(
  value: Hex,
  ...bits: Bits
): { [Index in keyof Bits]: bigint } {
  let rest = BigInt(value);
  const fields: bigint[] = [];
  for (const width of bits.toReversed()) {
    fields.unshift(BigInt.asUintN(width, rest));
    rest >>= BigInt(width);
  }
  return fields as { [Index in keyof Bits]: bigint };
}
