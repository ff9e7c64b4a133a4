// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Units } from "../libraries/Units.sol";

/// @notice An order of a batch as it lies in calldata, all but maker and signature, high bits first: unused (the low
/// bits of the maker) 64 | market index 16 | leg 8 | price 16 | quantity 32 | max fee bps 16 | expiry 40 | nonce 64.
/// A leg is `outcome | side << 1 | timeInForce << 2`.
type OrderTerms is uint256;

using OrderTermsFields for OrderTerms global;

/// @title Reads the fields of `OrderTerms`.
library OrderTermsFields {
    function outcome(OrderTerms terms) internal pure returns (uint256) {
        return (OrderTerms.unwrap(terms) >> 168) & 1;
    }

    function side(OrderTerms terms) internal pure returns (uint256) {
        return (OrderTerms.unwrap(terms) >> 169) & 1;
    }

    /// @notice True for BUY YES and SELL NO: outcome and side differ.
    function isBid(OrderTerms terms) internal pure returns (bool) {
        return terms.outcome() != terms.side();
    }

    /// @notice The limit on the YES ladder.
    function yesLimit(OrderTerms terms) internal pure returns (uint256) {
        unchecked {
            return terms.outcome() == 1 ? terms.price() : Units.PRICE_SCALE - terms.price();
        }
    }

    function timeInForce(OrderTerms terms) internal pure returns (uint256) {
        return (OrderTerms.unwrap(terms) >> 170) & 63;
    }

    /// @notice True for a time in force of 4 and 5, of orders that never take.
    function isPostOnly(OrderTerms terms) internal pure returns (bool) {
        return terms.timeInForce() > 3;
    }

    function price(OrderTerms terms) internal pure returns (uint256) {
        return uint16(OrderTerms.unwrap(terms) >> 152);
    }

    function quantity(OrderTerms terms) internal pure returns (uint256) {
        return uint32(OrderTerms.unwrap(terms) >> 120);
    }

    function maxFeeBps(OrderTerms terms) internal pure returns (uint256) {
        return uint16(OrderTerms.unwrap(terms) >> 104);
    }

    function expiry(OrderTerms terms) internal pure returns (uint256) {
        return uint40(OrderTerms.unwrap(terms) >> 64);
    }

    function nonce(OrderTerms terms) internal pure returns (uint256) {
        return uint64(OrderTerms.unwrap(terms));
    }
}
