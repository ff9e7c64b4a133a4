// SPDX-License-Identifier: MIT
// The records of one block of memory, and what places them in it, belong together.
// solhint-disable one-contract-per-file
pragma solidity ^0.8.28;

import { MarketSlot } from "./MarketSlot.sol";
import { OrderTerms } from "./OrderTerms.sol";

/// @dev What settlement keeps in memory of a batch: addresses of records of whole words, at fixed places in one
/// block, which starts out as zeros. Solidity's memory structs would do the same with an allocation for each record and
/// a bounds check for each access, which together cost more than the evaluation itself.

/// @notice A market of the batch: id | slot as loaded | `SkipReason` of all its orders | net change of its pairs |
/// fees in micro.
type MarketRecord is uint256;

/// @notice A storage slot: current word | where in storage. Zeros, as long as it is not loaded.
type SlotRecord is uint256;

/// @notice An order: terms | limit | key, `maker << 64 | nonce` | market | its account, lane and holding | the maker's
/// last order before this one that has a holding of its own | `SkipReason` | room for the three slots when it is the
/// first order that needs them. Before the first order lies a blank one.
type OrderRecord is uint256;

using MarketRecords for MarketRecord global;
using SlotRecords for SlotRecord global;
using OrderRecords for OrderRecord global;

library MarketRecords {
    uint256 internal constant BYTES = 0xa0;

    function create(MarketRecord record, uint256 id, MarketSlot stored, uint256 reason_) internal pure {
        assembly ("memory-safe") {
            mstore(record, id)
            mstore(add(record, 0x20), stored)
            mstore(add(record, 0x40), reason_)
        }
    }

    function equals(MarketRecord record, MarketRecord other) internal pure returns (bool) {
        return MarketRecord.unwrap(record) == MarketRecord.unwrap(other);
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

    /// @param lots Of pairs that came to be; ended ones as a complement.
    function addLots(MarketRecord record, uint256 lots) internal pure {
        assembly ("memory-safe") {
            let field := add(record, 0x60)
            mstore(field, add(mload(field), lots))
        }
    }

    function feesMicro(MarketRecord record) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(record, 0x80))
        }
    }

    function addFee(MarketRecord record, uint256 micro) internal pure {
        assembly ("memory-safe") {
            let field := add(record, 0x80)
            mstore(field, add(mload(field), micro))
        }
    }
}

library SlotRecords {
    /// @notice Reads the value of `key` in the mapping at slot `base`.
    function load(SlotRecord record, uint256 key, uint256 base) internal view {
        // The first 64 bytes of memory are scratch space.
        assembly ("memory-safe") {
            mstore(0x00, key)
            mstore(0x20, base)
            let storageSlot := keccak256(0x00, 0x40)
            mstore(record, sload(storageSlot))
            mstore(add(record, 0x20), storageSlot)
        }
    }

    function equals(SlotRecord record, SlotRecord other) internal pure returns (bool) {
        return SlotRecord.unwrap(record) == SlotRecord.unwrap(other);
    }

    function current(SlotRecord record) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(record)
        }
    }

    function setCurrent(SlotRecord record, uint256 value) internal pure {
        assembly ("memory-safe") {
            mstore(record, value)
        }
    }
}

library OrderRecords {
    uint256 private constant ACCOUNT_ROOM = 0x120;
    uint256 private constant LANE_ROOM = 0x160;
    uint256 private constant HOLDING_ROOM = 0x1a0;
    uint256 internal constant BYTES = 0x1e0;

    /// @notice The record at `index` of those that start at `base`.
    function nth(uint256 base, uint256 index) internal pure returns (OrderRecord) {
        unchecked {
            return OrderRecord.wrap(base + index * BYTES);
        }
    }

    /// @notice The record before this one in memory.
    function before(OrderRecord record) internal pure returns (OrderRecord) {
        unchecked {
            return OrderRecord.wrap(OrderRecord.unwrap(record) - BYTES);
        }
    }

    /// @notice Terms, key and market of the order at a calldata offset; see `BatchReader`. The market may lie beyond
    /// those that there are.
    function create(OrderRecord record, uint256 entry, uint256 marketRecords) internal pure {
        // The terms are written over the key's place too, of which their last eight bytes, the nonce, stay: a word that
        // ends with the maker goes over the rest, and over the end of the limit, which is written later.
        assembly ("memory-safe") {
            let terms_ := calldataload(add(entry, 12))
            mstore(record, terms_)
            mstore(add(record, 0x60), add(marketRecords, mul(and(shr(176, terms_), 0xffff), 0xa0)))
            mstore(add(record, 0x40), terms_)
            mstore(add(record, 0x38), shr(96, calldataload(entry)))
        }
    }

    function terms(OrderRecord record) internal pure returns (OrderTerms value) {
        assembly ("memory-safe") {
            value := mload(record)
        }
    }

    /// @notice The limit on the YES ladder with its direction: a bid's as it is, an ask's as its complement. So the
    /// sign tells bids from asks, and either takes a price that, complemented for an ask, is not above this. One that
    /// no price meets, of an order that holds for no fill.
    function limit(OrderRecord record) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(record, 0x20))
        }
    }

    function setLimit(OrderRecord record, uint256 value) internal pure {
        assembly ("memory-safe") {
            mstore(add(record, 0x20), value)
        }
    }

    function key(OrderRecord record) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(record, 0x40))
        }
    }

    function maker(OrderRecord record) internal pure returns (uint256) {
        return record.key() >> 64;
    }

    function market(OrderRecord record) internal pure returns (MarketRecord value) {
        assembly ("memory-safe") {
            value := mload(add(record, 0x60))
        }
    }

    function account(OrderRecord record) internal pure returns (SlotRecord value) {
        assembly ("memory-safe") {
            value := mload(add(record, 0x80))
        }
    }

    function setAccount(OrderRecord record, SlotRecord value) internal pure {
        assembly ("memory-safe") {
            mstore(add(record, 0x80), value)
        }
    }

    function lane(OrderRecord record) internal pure returns (SlotRecord value) {
        assembly ("memory-safe") {
            value := mload(add(record, 0xa0))
        }
    }

    function setLane(OrderRecord record, SlotRecord value) internal pure {
        assembly ("memory-safe") {
            mstore(add(record, 0xa0), value)
        }
    }

    function holding(OrderRecord record) internal pure returns (SlotRecord value) {
        assembly ("memory-safe") {
            value := mload(add(record, 0xc0))
        }
    }

    function setHolding(OrderRecord record, SlotRecord value) internal pure {
        assembly ("memory-safe") {
            mstore(add(record, 0xc0), value)
        }
    }

    /// @notice The maker's last order before this one that has a holding of its own; 0 for none.
    function earlier(OrderRecord record) internal pure returns (OrderRecord value) {
        assembly ("memory-safe") {
            value := mload(add(record, 0xe0))
        }
    }

    function setEarlier(OrderRecord record, OrderRecord value) internal pure {
        assembly ("memory-safe") {
            mstore(add(record, 0xe0), value)
        }
    }

    function reason(OrderRecord record) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(record, 0x100))
        }
    }

    /// @notice Marks the order as one that holds for no fill: its limit becomes one that no price meets.
    function refuse(OrderRecord record, uint256 reason_) internal pure {
        assembly ("memory-safe") {
            mstore(add(record, 0x20), shl(255, 1))
            mstore(add(record, 0x100), reason_)
        }
    }

    /// @notice Writes the slots that were loaded for this order. What did not change costs a thirtieth of a change; to
    /// tell it apart would cost as much for every slot.
    function store(OrderRecord record) internal {
        // A maker's first order loads all three; others a lane, a holding, both or none. No slot lies at 0.
        assembly ("memory-safe") {
            let accountSlot := mload(add(record, 0x140))
            let laneSlot := mload(add(record, 0x180))
            let holdingSlot := mload(add(record, 0x1c0))
            switch accountSlot
            case 0 {
                if laneSlot {
                    sstore(laneSlot, mload(add(record, 0x160)))
                }
                if holdingSlot {
                    sstore(holdingSlot, mload(add(record, 0x1a0)))
                }
            }
            default {
                sstore(accountSlot, mload(add(record, 0x120)))
                sstore(laneSlot, mload(add(record, 0x160)))
                sstore(holdingSlot, mload(add(record, 0x1a0)))
            }
        }
    }

    /// @notice Room for an account that this order is the first to need.
    function ownAccount(OrderRecord record) internal pure returns (SlotRecord) {
        unchecked {
            return SlotRecord.wrap(OrderRecord.unwrap(record) + ACCOUNT_ROOM);
        }
    }

    /// @notice Room for a lane that this order is the first to need.
    function ownLane(OrderRecord record) internal pure returns (SlotRecord) {
        unchecked {
            return SlotRecord.wrap(OrderRecord.unwrap(record) + LANE_ROOM);
        }
    }

    /// @notice Room for a holding that this order is the first to need.
    function ownHolding(OrderRecord record) internal pure returns (SlotRecord) {
        unchecked {
            return SlotRecord.wrap(OrderRecord.unwrap(record) + HOLDING_ROOM);
        }
    }
}
