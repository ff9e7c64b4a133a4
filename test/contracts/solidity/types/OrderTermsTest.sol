// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IExchangeBase } from "../../../../contracts/interfaces/IExchangeBase.sol";
import { OrderTerms } from "../../../../contracts/types/OrderTerms.sol";
import { BatchWriter } from "../support/BatchWriter.sol";
import { FuzzTest } from "../support/FuzzTest.sol";

contract OrderTermsTest is FuzzTest {
    function testFuzzReadsWhatABatchSays(IExchangeBase.Order memory order, uint16 marketIndex) external pure {
        order.outcome &= 1;
        order.side &= 1;
        order.timeInForce &= 63;
        OrderTerms terms = _read(BatchWriter.encodeTerms(order, marketIndex));
        assertEq(terms.outcome(), order.outcome, "outcome");
        assertEq(terms.side(), order.side, "side");
        assertEq(terms.timeInForce(), order.timeInForce, "time in force");
        assertEq(terms.price(), order.price, "price");
        assertEq(terms.quantity(), order.quantity, "quantity");
        assertEq(terms.maxFeeBps(), order.maxFeeBps, "fee cap");
        assertEq(terms.expiry(), order.expiry, "expiry");
        assertEq(terms.nonce(), order.nonce, "nonce");
        bool buysYes = order.outcome == 1 && order.side == 0;
        bool sellsNo = order.outcome == 0 && order.side == 1;
        assertTrue(terms.isBid() == (buysYes || sellsNo), "bid");
        assertTrue(terms.isPostOnly() == (order.timeInForce >= 4), "post-only");
    }

    /// @dev The last 32 of the 44 bytes before the signature.
    function _read(bytes memory encoded) private pure returns (OrderTerms terms) {
        assertEq(encoded.length, 44, "bytes");
        assembly ("memory-safe") {
            terms := mload(add(encoded, 44))
        }
    }
}
