// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { HotState } from "../../../../contracts/types/HotState.sol";
import { FuzzTest } from "../support/FuzzTest.sol";

contract HotStateTest is FuzzTest {
    function testFuzzReadsItsFields(bool paused, uint40 lots, uint48 batchId, address operator) external pure {
        HotState state = _plain(paused, lots, batchId, operator);
        assertTrue(state.paused() == paused, "paused");
        assertEq(state.openInterestLots(), lots, "lots");
        assertEq(state.lastBatchId(), batchId, "batch");
        assertEq(state.operator(), operator, "operator");
    }

    function testFuzzEachWriteLeavesTheRest(
        bool paused,
        uint40 lots,
        uint48 batchId,
        address operator,
        bytes32 other
    ) external pure {
        HotState state = _plain(paused, lots, batchId, operator);
        address newOperator = address(uint160(uint256(other)));
        uint48 newBatch = uint48(uint256(other));
        uint40 newLots = uint40(uint256(other));
        _equal(state.withOperator(newOperator), _plain(paused, lots, batchId, newOperator), "operator");
        _equal(state.withLastBatchId(newBatch), _plain(paused, lots, newBatch, operator), "batch");
        _equal(state.withOpenInterest(newLots), _plain(paused, newLots, batchId, operator), "lots");
        _equal(state.withPaused(true), _plain(true, lots, batchId, operator), "paused");
        _equal(state.withPaused(false), _plain(false, lots, batchId, operator), "resumed");
    }

    function _equal(HotState actual, HotState expected, string memory what) private pure {
        assertEq(HotState.unwrap(actual), HotState.unwrap(expected), what);
    }

    function _plain(bool paused, uint40 lots, uint48 batchId, address operator) private pure returns (HotState) {
        return HotState.wrap(uint256(bytes32(abi.encodePacked(paused, lots, batchId, operator))));
    }
}
