// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice An account's shares in one market, high bits first: YES lots 128 | NO lots 128.
type HoldingSlot is uint256;

using HoldingSlotFields for HoldingSlot global;

/// @title Reads and writes the fields of a `HoldingSlot`.
library HoldingSlotFields {
    function lotsOf(HoldingSlot slot, uint256 outcome) internal pure returns (uint256) {
        return uint128(HoldingSlot.unwrap(slot) >> (outcome << 7));
    }

    /// @dev Cannot carry into the neighbour: all shares of an outcome together stay below 2^42 lots.
    function plus(HoldingSlot slot, uint256 outcome, uint256 lots) internal pure returns (HoldingSlot) {
        unchecked {
            return HoldingSlot.wrap(HoldingSlot.unwrap(slot) + (lots << (outcome << 7)));
        }
    }

    /// @dev The caller has checked that `lots` are there, so nothing is borrowed from the neighbour.
    function minus(HoldingSlot slot, uint256 outcome, uint256 lots) internal pure returns (HoldingSlot) {
        unchecked {
            return HoldingSlot.wrap(HoldingSlot.unwrap(slot) - (lots << (outcome << 7)));
        }
    }
}
