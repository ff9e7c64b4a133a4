// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice What settlement needs of a market, in one slot, high bits first:
/// unused 104 | close time 40 | status 8 | taker fee bps 16 | payout to YES 16 | price step 8 | open interest lots
/// 64. Open interest is the NO lots outstanding: in a market in no group there are as many YES.
type MarketSlot is uint256;

using MarketSlotFields for MarketSlot global;

/// @title Reads and writes the fields of a `MarketSlot`.
library MarketSlotFields {
    uint256 internal constant OPEN = 1;
    uint256 internal constant PROPOSED = 2;
    uint256 internal constant RESOLVED = 3;
    uint256 internal constant VOID = 4;

    uint256 private constant CLOSE_SHIFT = 112;
    uint256 private constant STATUS_SHIFT = 104;
    uint256 private constant FEE_SHIFT = 88;
    uint256 private constant PAYOUT_SHIFT = 72;
    uint256 private constant STEP_SHIFT = 64;
    uint256 private constant LOTS_MASK = type(uint64).max;

    /// @notice A new, open market.
    function create(uint40 closeTime_, uint16 takerFeeBps_, uint8 priceStep_) internal pure returns (MarketSlot) {
        return
            MarketSlot.wrap(
                (uint256(closeTime_) << CLOSE_SHIFT) |
                    (OPEN << STATUS_SHIFT) |
                    (uint256(takerFeeBps_) << FEE_SHIFT) |
                    (uint256(priceStep_) << STEP_SHIFT)
            );
    }

    function closeTime(MarketSlot slot) internal pure returns (uint40) {
        return uint40(MarketSlot.unwrap(slot) >> CLOSE_SHIFT);
    }

    function status(MarketSlot slot) internal pure returns (uint8) {
        return uint8(MarketSlot.unwrap(slot) >> STATUS_SHIFT);
    }

    function takerFeeBps(MarketSlot slot) internal pure returns (uint16) {
        return uint16(MarketSlot.unwrap(slot) >> FEE_SHIFT);
    }

    function payoutYes(MarketSlot slot) internal pure returns (uint16) {
        return uint16(MarketSlot.unwrap(slot) >> PAYOUT_SHIFT);
    }

    function priceStep(MarketSlot slot) internal pure returns (uint8) {
        return uint8(MarketSlot.unwrap(slot) >> STEP_SHIFT);
    }

    function openInterestLots(MarketSlot slot) internal pure returns (uint64) {
        return uint64(MarketSlot.unwrap(slot));
    }

    /// @notice True until a payout is final.
    function isUnresolved(MarketSlot slot) internal pure returns (bool) {
        uint8 current = slot.status();
        return current == OPEN || current == PROPOSED;
    }

    function withStatus(MarketSlot slot, uint256 status_, uint256 payoutYes_) internal pure returns (MarketSlot) {
        uint256 cleared =
            MarketSlot.unwrap(slot) & ~((uint256(0xff) << STATUS_SHIFT) | (uint256(0xffff) << PAYOUT_SHIFT));
        return MarketSlot.wrap(cleared | (status_ << STATUS_SHIFT) | (payoutYes_ << PAYOUT_SHIFT));
    }

    /// @dev `lots` fits: escrow never holds more than 2^53 - 1 micro, and backs each lot with 10,000, in a group with
    /// at least half of it.
    function withOpenInterest(MarketSlot slot, uint256 lots) internal pure returns (MarketSlot) {
        return MarketSlot.wrap((MarketSlot.unwrap(slot) & ~LOTS_MASK) | lots);
    }
}
