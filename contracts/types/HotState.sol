// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice What every batch reads and writes, in one slot, high bits first:
/// paused 8 | open interest lots of all unresolved markets 40 | last batch id 48 | operator 160.
type HotState is uint256;

using HotStateFields for HotState global;

/// @title Reads and writes the fields of the `HotState`.
library HotStateFields {
    uint256 private constant BATCH_SHIFT = 160;
    uint256 private constant LOTS_SHIFT = 208;
    uint256 private constant PAUSED_SHIFT = 248;
    uint256 private constant BATCH_MASK = uint256(type(uint48).max) << BATCH_SHIFT;
    uint256 private constant LOTS_MASK = uint256(type(uint40).max) << LOTS_SHIFT;

    function operator(HotState state) internal pure returns (address) {
        return address(uint160(HotState.unwrap(state)));
    }

    function lastBatchId(HotState state) internal pure returns (uint64) {
        return uint48(HotState.unwrap(state) >> BATCH_SHIFT);
    }

    function openInterestLots(HotState state) internal pure returns (uint256) {
        return uint40(HotState.unwrap(state) >> LOTS_SHIFT);
    }

    function paused(HotState state) internal pure returns (bool) {
        return HotState.unwrap(state) >> PAUSED_SHIFT != 0;
    }

    function withOperator(HotState state, address operator_) internal pure returns (HotState) {
        return HotState.wrap((HotState.unwrap(state) & ~uint256(type(uint160).max)) | uint160(operator_));
    }

    /// @dev 2^48 batches are beyond any chain's life.
    function withLastBatchId(HotState state, uint256 batchId) internal pure returns (HotState) {
        return HotState.wrap((HotState.unwrap(state) & ~BATCH_MASK) | (batchId << BATCH_SHIFT));
    }

    /// @dev `lots` fits in 40 bits: escrow backs each with 10,000 micro and never holds more than 2^53 - 1.
    function withOpenInterest(HotState state, uint256 lots) internal pure returns (HotState) {
        return HotState.wrap((HotState.unwrap(state) & ~LOTS_MASK) | (lots << LOTS_SHIFT));
    }

    function withPaused(HotState state, bool paused_) internal pure returns (HotState) {
        uint256 cleared = HotState.unwrap(state) & ((1 << PAUSED_SHIFT) - 1);
        return HotState.wrap(cleared | (paused_ ? 1 << PAUSED_SHIFT : 0));
    }
}
