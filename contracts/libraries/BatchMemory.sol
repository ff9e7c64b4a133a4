// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { AccountSlot } from "../types/AccountSlot.sol";
import { HoldingSlot } from "../types/HoldingSlot.sol";
import { MarketSlot } from "../types/MarketSlot.sol";
import { OrderTerms } from "../types/OrderTerms.sol";

/// @title The slots that a batch touches, each once, as memory records that its orders share by reference.
library BatchMemory {
    struct MarketRecord {
        uint64 marketId;
        /// As loaded.
        MarketSlot slot;
        /// The net of pairs minted (positive) and merged (negative) by the batch.
        int256 lotsChange;
    }

    struct AccountRecord {
        address account;
        /// As loaded.
        AccountSlot slot;
        uint256 cashMicro;
    }

    struct HoldingRecord {
        uint256 key;
        MarketRecord market;
        HoldingSlot loaded;
        HoldingSlot current;
    }

    struct LaneRecord {
        uint256 key;
        uint256 loaded;
        uint256 current;
    }

    struct OrderRecord {
        OrderTerms terms;
        /// The order's limit on the YES ladder.
        uint256 yesLimit;
        /// `SkipReason` of an order that holds for no fill at all.
        uint256 reason;
        AccountRecord account;
        HoldingRecord holding;
        LaneRecord lane;
    }

    /// @notice What `open` makes of a batch, and settlement works on.
    /// @dev The arrays but `orders` have room for one entry an order; their counts say how many are there.
    struct State {
        MarketRecord[] markets;
        AccountRecord[] accounts;
        HoldingRecord[] holdings;
        LaneRecord[] lanes;
        OrderRecord[] orders;
        uint256 accountCount;
        uint256 holdingCount;
        uint256 laneCount;
        uint256 feesMicro;
    }

    /// @notice True for BUY YES and SELL NO.
    function isBid(OrderTerms terms) internal pure returns (bool) {
        return terms.outcome() != terms.side();
    }

    function marketArray(uint256 length) internal pure returns (MarketRecord[] memory array) {
        uint256 pointer = _allocate(length);
        assembly ("memory-safe") {
            array := pointer
        }
    }

    function accountArray(uint256 length) internal pure returns (AccountRecord[] memory array) {
        uint256 pointer = _allocate(length);
        assembly ("memory-safe") {
            array := pointer
        }
    }

    function holdingArray(uint256 length) internal pure returns (HoldingRecord[] memory array) {
        uint256 pointer = _allocate(length);
        assembly ("memory-safe") {
            array := pointer
        }
    }

    function laneArray(uint256 length) internal pure returns (LaneRecord[] memory array) {
        uint256 pointer = _allocate(length);
        assembly ("memory-safe") {
            array := pointer
        }
    }

    function orderArray(uint256 length) internal pure returns (OrderRecord[] memory array) {
        uint256 pointer = _allocate(length);
        assembly ("memory-safe") {
            array := pointer
        }
    }

    /// @dev Memory for an array of references. Unlike `new`, makes no empty record for each: whoever allocates sets an
    /// entry before it reads it.
    function _allocate(uint256 length) private pure returns (uint256 pointer) {
        assembly ("memory-safe") {
            pointer := mload(0x40)
            mstore(pointer, length)
            mstore(0x40, add(pointer, shl(5, add(length, 1))))
        }
    }
}
