// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IExchangeErrors } from "../interfaces/IExchangeErrors.sol";
import { MarketRecords, OrderRecords } from "../types/BatchRecords.sol";

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

    /// @notice A batch: where its tables lie in calldata and their records in memory, and what becomes of it.
    struct Frame {
        uint256 batchId;
        uint256 journalSeq;
        bytes32 journalHash;
        uint256 fillCount;
        uint256 marketTable;
        uint256 orderTable;
        uint256 fillTable;
        uint256 marketRecords;
        uint256 marketRecordsEnd;
        uint256 orderRecords;
        uint256 orderRecordsEnd;
        uint256 skipped;
        bytes outcomes;
    }

    /// @notice The frame of a batch, with memory for its records. Its length is exactly what its header says, so as
    /// long as indices stay below the counts, nothing is read past its end.
    /// @dev To be called before anything else uses memory, which is all zeros then: so are the records, and so is the
    /// blank order record that lies before them.
    function open(bytes calldata batch) internal pure returns (Frame memory frame) {
        if (batch.length < HEADER_BYTES) revert IExchangeErrors.BatchMalformed();
        uint256 start;
        assembly ("memory-safe") {
            start := batch.offset
        }
        // Offsets and counts are far below what could wrap.
        unchecked {
            frame.batchId = _word(start) >> 192;
            frame.journalSeq = _word(start + 8) >> 192;
            frame.journalHash = bytes32(_word(start + 16));
            // The word that ends with the header ends with the three counts.
            uint256 counts = _word(start + HEADER_BYTES - 32);
            uint256 marketCount = (counts >> 32) & 0xffff;
            uint256 orderCount = (counts >> 16) & 0xffff;
            uint256 fillCount = counts & 0xffff;
            frame.fillCount = fillCount;
            uint256 table = start + HEADER_BYTES;
            frame.marketTable = table;
            table += marketCount * MARKET_BYTES;
            frame.orderTable = table;
            table += orderCount * ORDER_BYTES;
            frame.fillTable = table;
            if (table + fillCount * FILL_BYTES != start + batch.length) revert IExchangeErrors.BatchMalformed();
            uint256 records;
            assembly ("memory-safe") {
                records := mload(0x40)
            }
            frame.marketRecords = records;
            records += marketCount * MarketRecords.BYTES;
            frame.marketRecordsEnd = records;
            records += OrderRecords.BYTES;
            frame.orderRecords = records;
            records += orderCount * OrderRecords.BYTES;
            frame.orderRecordsEnd = records;
            assembly ("memory-safe") {
                mstore(0x40, records)
            }
        }
    }

    /// @notice The market table's entry at a calldata offset.
    function marketEntry(uint256 offset) internal pure returns (uint256 marketId) {
        return _word(offset) >> 192;
    }

    /// @notice The signature of the order table's entry at a calldata offset.
    function signatureEntry(uint256 offset) internal pure returns (bytes32 r, bytes32 vs) {
        assembly ("memory-safe") {
            r := calldataload(add(offset, 44))
            vs := calldataload(add(offset, 76))
        }
    }

    /// @notice The fill table's entry at a calldata offset.
    function fillEntry(
        uint256 offset
    ) internal pure returns (uint256 takerIndex, uint256 makerIndex, uint256 quantity, uint256 yesPrice) {
        assembly ("memory-safe") {
            let word := calldataload(offset)
            takerIndex := shr(240, word)
            makerIndex := and(shr(224, word), 0xffff)
            quantity := and(shr(192, word), 0xffffffff)
            yesPrice := and(shr(176, word), 0xffff)
        }
    }

    function _word(uint256 offset) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(offset)
        }
    }
}
