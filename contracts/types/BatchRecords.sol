// SPDX-License-Identifier: MIT
// The records of one block of memory, and what places them in it, belong together.
// solhint-disable one-contract-per-file
pragma solidity ^0.8.28;

import { AccountSlot } from "./AccountSlot.sol";
import { HoldingSlot } from "./HoldingSlot.sol";
import { MarketSlot } from "./MarketSlot.sol";
import { OrderTerms } from "./OrderTerms.sol";

/// @dev What settlement keeps in memory of a batch: addresses of records of whole words, at fixed places in one
/// block. Solidity's memory structs would do the same with an allocation for each record and a bounds check for each
/// access, which together cost more than the evaluation itself. Each record is written by its `create` before it is
/// read.

/// @notice A market of the batch: id | slot as loaded | `SkipReason` of all its orders | net change of its pairs.
type MarketRecord is uint256;

/// @notice An account: maker | storage slot | word as stored | cash micro.
type AccountRecord is uint256;

/// @notice An account's shares in a market: market index | storage slot | word as stored | current word | the maker's
/// record before this one, 0 for none.
type HoldingRecord is uint256;

/// @notice Filled quantities of eight nonces: storage slot | word as stored | current word.
type LaneRecord is uint256;

/// @notice An order: terms | `SkipReason` | limit on the YES ladder | its account, holding and lane; after these,
/// room for the three when it is the first order that needs them.
type OrderRecord is uint256;

using MarketRecords for MarketRecord global;
using AccountRecords for AccountRecord global;
using HoldingRecords for HoldingRecord global;
using LaneRecords for LaneRecord global;
using OrderRecords for OrderRecord global;

library MarketRecords {
    uint256 internal constant BYTES = 0x80;

    /// @notice The record at `index` of those that start at `base`.
    function nth(uint256 base, uint256 index) internal pure returns (MarketRecord) {
        unchecked {
            return MarketRecord.wrap(base + index * BYTES);
        }
    }

    function create(MarketRecord record, uint256 id, MarketSlot stored, uint256 reason_) internal pure {
        assembly ("memory-safe") {
            mstore(record, id)
            mstore(add(record, 0x20), stored)
            mstore(add(record, 0x40), reason_)
            mstore(add(record, 0x60), 0)
        }
    }

    function marketId(MarketRecord record) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(record)
        }
    }

    function slot(MarketRecord record) internal pure returns (MarketSlot value) {
        assembly ("memory-safe") {
            value := mload(add(record, 0x20))
        }
    }

    function reason(MarketRecord record) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(record, 0x40))
        }
    }

    function lotsChange(MarketRecord record) internal pure returns (int256 value) {
        assembly ("memory-safe") {
            value := mload(add(record, 0x60))
        }
    }

    function addLots(MarketRecord record, int256 lots) internal pure {
        assembly ("memory-safe") {
            let field := add(record, 0x60)
            mstore(field, add(mload(field), lots))
        }
    }
}

library AccountRecords {
    function create(AccountRecord record, uint256 maker_, uint256 storageSlot_, AccountSlot stored_) internal pure {
        uint256 cash = stored_.cashMicro();
        assembly ("memory-safe") {
            mstore(record, maker_)
            mstore(add(record, 0x20), storageSlot_)
            mstore(add(record, 0x40), stored_)
            mstore(add(record, 0x60), cash)
        }
    }

    function maker(AccountRecord record) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(record)
        }
    }

    function storageSlot(AccountRecord record) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(record, 0x20))
        }
    }

    function stored(AccountRecord record) internal pure returns (AccountSlot value) {
        assembly ("memory-safe") {
            value := mload(add(record, 0x40))
        }
    }

    function setStored(AccountRecord record, AccountSlot value) internal pure {
        assembly ("memory-safe") {
            mstore(add(record, 0x40), value)
        }
    }

    function cashMicro(AccountRecord record) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(record, 0x60))
        }
    }

    function setCash(AccountRecord record, uint256 micro) internal pure {
        assembly ("memory-safe") {
            mstore(add(record, 0x60), micro)
        }
    }
}

library HoldingRecords {
    function create(
        HoldingRecord record,
        uint256 marketIndex_,
        uint256 storageSlot_,
        HoldingSlot stored_,
        HoldingRecord previous_
    ) internal pure {
        assembly ("memory-safe") {
            mstore(record, marketIndex_)
            mstore(add(record, 0x20), storageSlot_)
            mstore(add(record, 0x40), stored_)
            mstore(add(record, 0x60), stored_)
            mstore(add(record, 0x80), previous_)
        }
    }

    function marketIndex(HoldingRecord record) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(record)
        }
    }

    function storageSlot(HoldingRecord record) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(record, 0x20))
        }
    }

    function stored(HoldingRecord record) internal pure returns (HoldingSlot value) {
        assembly ("memory-safe") {
            value := mload(add(record, 0x40))
        }
    }

    function setStored(HoldingRecord record, HoldingSlot value) internal pure {
        assembly ("memory-safe") {
            mstore(add(record, 0x40), value)
        }
    }

    function current(HoldingRecord record) internal pure returns (HoldingSlot value) {
        assembly ("memory-safe") {
            value := mload(add(record, 0x60))
        }
    }

    function setCurrent(HoldingRecord record, HoldingSlot value) internal pure {
        assembly ("memory-safe") {
            mstore(add(record, 0x60), value)
        }
    }

    function previous(HoldingRecord record) internal pure returns (HoldingRecord value) {
        assembly ("memory-safe") {
            value := mload(add(record, 0x80))
        }
    }
}

library LaneRecords {
    function create(LaneRecord record, uint256 storageSlot_, uint256 stored_) internal pure {
        assembly ("memory-safe") {
            mstore(record, storageSlot_)
            mstore(add(record, 0x20), stored_)
            mstore(add(record, 0x40), stored_)
        }
    }

    function storageSlot(LaneRecord record) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(record)
        }
    }

    function stored(LaneRecord record) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(record, 0x20))
        }
    }

    function setStored(LaneRecord record, uint256 value) internal pure {
        assembly ("memory-safe") {
            mstore(add(record, 0x20), value)
        }
    }

    function current(LaneRecord record) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(record, 0x40))
        }
    }

    function setCurrent(LaneRecord record, uint256 value) internal pure {
        assembly ("memory-safe") {
            mstore(add(record, 0x40), value)
        }
    }
}

library OrderRecords {
    uint256 private constant ACCOUNT_ROOM = 0xc0;
    uint256 private constant HOLDING_ROOM = 0x140;
    uint256 private constant LANE_ROOM = 0x1e0;
    uint256 internal constant BYTES = 0x240;

    /// @notice The record at `index` of those that start at `base`.
    function nth(uint256 base, uint256 index) internal pure returns (OrderRecord) {
        unchecked {
            return OrderRecord.wrap(base + index * BYTES);
        }
    }

    function create(
        OrderRecord record,
        OrderTerms terms_,
        uint256 yesLimit_,
        AccountRecord account_,
        HoldingRecord holding_,
        LaneRecord lane_
    ) internal pure {
        assembly ("memory-safe") {
            mstore(record, terms_)
            mstore(add(record, 0x40), yesLimit_)
            mstore(add(record, 0x60), account_)
            mstore(add(record, 0x80), holding_)
            mstore(add(record, 0xa0), lane_)
        }
    }

    function terms(OrderRecord record) internal pure returns (OrderTerms value) {
        assembly ("memory-safe") {
            value := mload(record)
        }
    }

    function reason(OrderRecord record) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(record, 0x20))
        }
    }

    function setReason(OrderRecord record, uint256 value) internal pure {
        assembly ("memory-safe") {
            mstore(add(record, 0x20), value)
        }
    }

    function yesLimit(OrderRecord record) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(record, 0x40))
        }
    }

    function account(OrderRecord record) internal pure returns (AccountRecord value) {
        assembly ("memory-safe") {
            value := mload(add(record, 0x60))
        }
    }

    function holding(OrderRecord record) internal pure returns (HoldingRecord value) {
        assembly ("memory-safe") {
            value := mload(add(record, 0x80))
        }
    }

    function lane(OrderRecord record) internal pure returns (LaneRecord value) {
        assembly ("memory-safe") {
            value := mload(add(record, 0xa0))
        }
    }

    /// @notice Room for an account that this order is the first to need.
    function ownAccount(OrderRecord record) internal pure returns (AccountRecord) {
        unchecked {
            return AccountRecord.wrap(OrderRecord.unwrap(record) + ACCOUNT_ROOM);
        }
    }

    /// @notice Room for a holding that this order is the first to need.
    function ownHolding(OrderRecord record) internal pure returns (HoldingRecord) {
        unchecked {
            return HoldingRecord.wrap(OrderRecord.unwrap(record) + HOLDING_ROOM);
        }
    }

    /// @notice Room for a lane that this order is the first to need.
    function ownLane(OrderRecord record) internal pure returns (LaneRecord) {
        unchecked {
            return LaneRecord.wrap(OrderRecord.unwrap(record) + LANE_ROOM);
        }
    }
}
