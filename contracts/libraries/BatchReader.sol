// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IExchangeErrors } from "../interfaces/IExchangeErrors.sol";
import { MarketRecords, OrderRecords } from "../types/BatchRecords.sol";
import { OrderTerms } from "../types/OrderTerms.sol";

/// @title Reads a packed batch out of calldata.
/// @notice All integers big-endian, no padding:
///
///     header   batchId 8 | journalSeq 8 | journalHash 32 | markets 2 | orders 2 | fills 2           54 bytes
///     market   marketId 8                                                                   markets × 8 bytes
///     order    maker 20 | market index 2 | leg 1 | price 2 | quantity 4 | max fee bps 2
///              | expiry 5 | nonce 8 | r 32 | vs 32                                         orders × 108 bytes
///     fill     taker order 2 | maker order 2 | quantity lots 4 | YES price 2                 fills × 10 bytes
///
/// Market ids rise strictly, so that a market stands once; orders are sorted by (maker, nonce), so that all orders of
/// an account and of a lane are neighbours: settlement finds what they share without searching.
library BatchReader {
    uint256 private constant HEADER_BYTES = 54;
    uint256 internal constant MARKET_BYTES = 8;
    uint256 internal constant ORDER_BYTES = 108;
    uint256 internal constant FILL_BYTES = 10;

    /// @notice Where the tables of a batch lie in calldata, and their records in memory.
    struct Frame {
        uint64 batchId;
        uint64 journalSeq;
        bytes32 journalHash;
        uint256 marketCount;
        uint256 orderCount;
        uint256 fillCount;
        uint256 marketTable;
        uint256 orderTable;
        uint256 fillTable;
        uint256 marketRecords;
        uint256 orderRecords;
    }

    /// @notice The frame of a batch, with memory for its records. Its length is exactly what its header says, so as
    /// long as indices stay below the counts, nothing is read past its end.
    function open(bytes calldata batch) internal pure returns (Frame memory frame) {
        if (batch.length < HEADER_BYTES) revert IExchangeErrors.BatchMalformed();
        uint256 start;
        assembly ("memory-safe") {
            start := batch.offset
        }
        // Offsets and counts are far below what could wrap.
        unchecked {
            // The word that ends with the header ends with the three counts.
            uint256 counts = uint256(_word(start + HEADER_BYTES - 32));
            frame.batchId = uint64(bytes8(_word(start)));
            frame.journalSeq = uint64(bytes8(_word(start + 8)));
            frame.journalHash = _word(start + 16);
            frame.marketCount = uint16(counts >> 32);
            frame.orderCount = uint16(counts >> 16);
            frame.fillCount = uint16(counts);
            frame.marketTable = start + HEADER_BYTES;
            frame.orderTable = frame.marketTable + frame.marketCount * MARKET_BYTES;
            frame.fillTable = frame.orderTable + frame.orderCount * ORDER_BYTES;
            if (frame.fillTable + frame.fillCount * FILL_BYTES != start + batch.length) {
                revert IExchangeErrors.BatchMalformed();
            }
            uint256 memoryBytes = frame.marketCount * MarketRecords.BYTES + frame.orderCount * OrderRecords.BYTES;
            uint256 records;
            assembly ("memory-safe") {
                records := mload(0x40)
                mstore(0x40, add(records, memoryBytes))
            }
            frame.marketRecords = records;
            frame.orderRecords = records + frame.marketCount * MarketRecords.BYTES;
        }
    }

    /// @notice The market table's entry at a calldata offset.
    function marketEntry(uint256 offset) internal pure returns (uint256 marketId) {
        return uint64(bytes8(_word(offset)));
    }

    /// @notice The order table's entry at a calldata offset.
    function orderEntry(uint256 offset) internal pure returns (address maker, OrderTerms terms, bytes32 r, bytes32 vs) {
        assembly ("memory-safe") {
            maker := shr(96, calldataload(offset))
            terms := calldataload(add(offset, 12))
            r := calldataload(add(offset, 44))
            vs := calldataload(add(offset, 76))
        }
    }

    /// @notice The fill table's entry at a calldata offset.
    function fillEntry(
        uint256 offset
    ) internal pure returns (uint256 takerIndex, uint256 makerIndex, uint256 quantity, uint256 yesPrice) {
        uint256 word = uint256(_word(offset));
        takerIndex = word >> 240;
        makerIndex = uint16(word >> 224);
        quantity = uint32(word >> 192);
        yesPrice = uint16(word >> 176);
    }

    function _word(uint256 offset) private pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := calldataload(offset)
        }
    }
}
