// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IExchange } from "../interfaces/IExchange.sol";
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
    uint256 private constant MARKET_BYTES = 8;
    uint256 private constant ORDER_BYTES = 108;
    uint256 private constant FILL_BYTES = 10;

    struct Frame {
        uint64 batchId;
        uint64 journalSeq;
        bytes32 journalHash;
        uint256 marketCount;
        uint256 orderCount;
        uint256 fillCount;
        /// Calldata offsets of the three tables.
        uint256 markets;
        uint256 orders;
        uint256 fills;
    }

    /// @notice The frame of a batch whose length is exactly what its header says; reads past it are impossible as
    /// long as indices stay below the counts.
    function open(bytes calldata batch) internal pure returns (Frame memory frame) {
        if (batch.length < HEADER_BYTES) revert IExchange.BatchMalformed();
        uint256 start;
        uint256 counts;
        assembly ("memory-safe") {
            start := batch.offset
            counts := calldataload(add(start, 22))
        }
        // The word at 22 ends with the three counts at bytes 48, 50 and 52.
        frame.batchId = uint64(bytes8(_word(start)));
        frame.journalSeq = uint64(bytes8(_word(start + 8)));
        frame.journalHash = _word(start + 16);
        frame.marketCount = uint16(counts >> 32);
        frame.orderCount = uint16(counts >> 16);
        frame.fillCount = uint16(counts);
        frame.markets = start + HEADER_BYTES;
        frame.orders = frame.markets + frame.marketCount * MARKET_BYTES;
        frame.fills = frame.orders + frame.orderCount * ORDER_BYTES;
        if (frame.fills + frame.fillCount * FILL_BYTES != start + batch.length) revert IExchange.BatchMalformed();
    }

    function marketId(Frame memory frame, uint256 index) internal pure returns (uint64) {
        unchecked {
            return uint64(bytes8(_word(frame.markets + index * MARKET_BYTES)));
        }
    }

    function order(Frame memory frame, uint256 index)
        internal
        pure
        returns (address maker, OrderTerms terms, bytes32 r, bytes32 vs)
    {
        uint256 table = frame.orders;
        // Offsets stay within calldata, whose length the frame was checked against.
        assembly ("memory-safe") {
            let offset := add(table, mul(index, ORDER_BYTES))
            maker := shr(96, calldataload(offset))
            terms := calldataload(add(offset, 12))
            r := calldataload(add(offset, 44))
            vs := calldataload(add(offset, 76))
        }
    }

    function fill(Frame memory frame, uint256 index)
        internal
        pure
        returns (uint256 takerIndex, uint256 makerIndex, uint256 quantity, uint256 yesPrice)
    {
        unchecked {
            uint256 word = uint256(_word(frame.fills + index * FILL_BYTES)) >> 176;
            takerIndex = word >> 64;
            makerIndex = uint16(word >> 48);
            quantity = uint32(word >> 16);
            yesPrice = uint16(word);
        }
    }

    function _word(uint256 offset) private pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := calldataload(offset)
        }
    }
}
