// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { HoldingSlot } from "../../../../contracts/types/HoldingSlot.sol";
import { FuzzTest } from "../support/FuzzTest.sol";

contract HoldingSlotTest is FuzzTest {
    function testFuzzReadsBothOutcomes(uint128 yes, uint128 no) external pure {
        HoldingSlot slot = _plain(yes, no);
        assertEq(slot.lotsOf(1), yes, "YES");
        assertEq(slot.lotsOf(0), no, "NO");
    }

    function testFuzzAddsToOneOutcomeOnly(uint64 yes, uint64 no, uint64 lots) external pure {
        HoldingSlot slot = _plain(yes, no);
        assertEq(HoldingSlot.unwrap(slot.plus(1, lots)), HoldingSlot.unwrap(_plain(uint128(yes) + lots, no)), "YES");
        assertEq(HoldingSlot.unwrap(slot.plus(0, lots)), HoldingSlot.unwrap(_plain(yes, uint128(no) + lots)), "NO");
    }

    function testFuzzTakesFromOneOutcomeOnly(uint128 yes, uint128 no, uint128 lots) external pure {
        HoldingSlot slot = _plain(yes, no);
        uint128 ofYes = uint128(bound(lots, 0, yes));
        uint128 ofNo = uint128(bound(lots, 0, no));
        assertEq(HoldingSlot.unwrap(slot.minus(1, ofYes)), HoldingSlot.unwrap(_plain(yes - ofYes, no)), "YES");
        assertEq(HoldingSlot.unwrap(slot.minus(0, ofNo)), HoldingSlot.unwrap(_plain(yes, no - ofNo)), "NO");
    }

    function _plain(uint128 yes, uint128 no) private pure returns (HoldingSlot) {
        return HoldingSlot.wrap(uint256(bytes32(abi.encodePacked(yes, no))));
    }
}
