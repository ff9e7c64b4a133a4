// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { AccountSlot } from "../types/AccountSlot.sol";
import { MarketRecord, OrderRecord } from "../types/BatchRecords.sol";
import { OrderTerms } from "../types/OrderTerms.sol";

/// @title Takes an order's packed terms apart, once for all: for its hash, for its limit, for what it is judged by.
library OrderUnpacking {
    /// @notice Writes the order's ten words into the `OrderHash.workspace`, and its limit into its record.
    /// @param lastExpired The latest expiry whose orders settle no more.
    /// @return doubts Zero when the order surely holds, its signature left aside: what `BatchOpening._judgeTerms` asks,
    /// together and without branches; and a nonce below a floor that is not in force yet raises a doubt too.
    function unpack(OrderRecord order, uint256 words, uint256 lastExpired) internal pure returns (uint256 doubts) {
        MarketRecord market = order.market();
        OrderTerms terms = order.terms();
        uint256 maker = order.maker();
        uint256 marketId = market.marketId();
        doubts = market.reason();
        uint256 step = market.slot().priceStep();
        uint256 pendingFloor = AccountSlot.wrap(order.account().current()).pendingFloor();
        uint256 limit;
        // Places in the workspace are those of `OrderHash.workspace`, fields those of `OrderTerms`. The limit is the
        // price or its opposite by the outcome, all bits turned over unless outcome and side differ. One less than 0
        // is more than anything: so 0 is no price, no quantity, and no expiry that is past.
        assembly ("memory-safe") {
            mstore(add(words, 0x20), maker)
            mstore(add(words, 0x40), marketId)
            let leg := byte(10, terms)
            let outcome := and(leg, 1)
            mstore(add(words, 0x60), outcome)
            let side := and(shr(1, leg), 1)
            mstore(add(words, 0x80), side)
            let value := and(shr(152, terms), 0xffff)
            mstore(add(words, 0xa0), value)
            doubts := or(doubts, or(gt(sub(value, 1), 998), mod(value, step)))
            limit := sub(1000, value)
            limit := xor(limit, mul(outcome, xor(limit, value)))
            limit := xor(limit, sub(xor(outcome, side), 1))
            value := and(shr(120, terms), 0xffffffff)
            mstore(add(words, 0xc0), value)
            doubts := or(doubts, gt(sub(value, 1), 0xfffffffd))
            value := shr(2, leg)
            mstore(add(words, 0xe0), value)
            doubts := or(doubts, gt(value, 5))
            mstore(add(words, 0x100), and(shr(104, terms), 0xffff))
            value := and(shr(64, terms), 0xffffffffff)
            mstore(add(words, 0x120), value)
            doubts := or(doubts, lt(sub(value, 1), lastExpired))
            value := and(terms, 0xffffffffffffffff)
            mstore(add(words, 0x140), value)
            doubts := or(doubts, lt(value, pendingFloor))
        }
        order.setLimit(limit);
    }
}
