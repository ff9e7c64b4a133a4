// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice One account in one storage slot, high bits first:
/// cash micro 88 | cancel floor 64 | pending floor 64 | pending since-when 40 (unix seconds, 0 for none).
type AccountSlot is uint256;

using AccountSlotFields for AccountSlot global;

/// @title Reads and writes the fields of an `AccountSlot`.
library AccountSlotFields {
    uint256 private constant CASH_SHIFT = 168;
    uint256 private constant FLOOR_SHIFT = 104;
    uint256 private constant PENDING_FLOOR_SHIFT = 40;
    uint256 private constant NOT_CASH = (1 << CASH_SHIFT) - 1;

    function cashMicro(AccountSlot slot) internal pure returns (uint256) {
        return AccountSlot.unwrap(slot) >> CASH_SHIFT;
    }

    /// @dev `micro` fits: escrow never holds more than 2^53 - 1.
    function withCash(AccountSlot slot, uint256 micro) internal pure returns (AccountSlot) {
        return AccountSlot.wrap((AccountSlot.unwrap(slot) & NOT_CASH) | (micro << CASH_SHIFT));
    }

    function floor(AccountSlot slot) internal pure returns (uint64) {
        return uint64(AccountSlot.unwrap(slot) >> FLOOR_SHIFT);
    }

    function pendingFloor(AccountSlot slot) internal pure returns (uint64) {
        return uint64(AccountSlot.unwrap(slot) >> PENDING_FLOOR_SHIFT);
    }

    function pendingAt(AccountSlot slot) internal pure returns (uint40) {
        return uint40(AccountSlot.unwrap(slot));
    }

    /// @notice The floor in force at `time`: the pending one from its time on. Where none was ever raised, both are
    /// 0.
    function floorAt(AccountSlot slot, uint256 time) internal pure returns (uint64) {
        return time < slot.pendingAt() ? slot.floor() : slot.pendingFloor();
    }

    function withFloors(
        AccountSlot slot,
        uint64 current,
        uint64 pending,
        uint40 dueAt
    ) internal pure returns (AccountSlot) {
        uint256 cash = AccountSlot.unwrap(slot) & ~NOT_CASH;
        return
            AccountSlot.wrap(
                cash | (uint256(current) << FLOOR_SHIFT) | (uint256(pending) << PENDING_FLOOR_SHIFT) | dueAt
            );
    }
}
