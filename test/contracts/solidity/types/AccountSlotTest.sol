// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { AccountSlot } from "../../../../contracts/types/AccountSlot.sol";
import { FuzzTest } from "../support/FuzzTest.sol";

contract AccountSlotTest is FuzzTest {
    function testFuzzReadsTheFieldsOfAnyWord(uint88 cash, uint64 floor, uint64 pending, uint40 dueAt) external pure {
        AccountSlot slot = _plain(cash, floor, pending, dueAt);
        assertEq(slot.cashMicro(), cash, "cash");
        assertEq(slot.floor(), floor, "floor");
        assertEq(slot.pendingFloor(), pending, "pending floor");
        assertEq(slot.pendingAt(), dueAt, "pending at");
    }

    function testFuzzWritesCashAndNothingElse(uint256 word, uint88 cash) external pure {
        AccountSlot slot = AccountSlot.wrap(word);
        AccountSlot written = slot.withCash(cash);
        AccountSlot expected = _plain(cash, slot.floor(), slot.pendingFloor(), slot.pendingAt());
        assertEq(AccountSlot.unwrap(written), AccountSlot.unwrap(expected), "word");
    }

    function testFuzzWritesFloorsAndNothingElse(
        uint256 word,
        uint64 floor,
        uint64 pending,
        uint40 dueAt
    ) external pure {
        AccountSlot slot = AccountSlot.wrap(word);
        AccountSlot written = slot.withFloors(floor, pending, dueAt);
        AccountSlot expected = _plain(uint88(slot.cashMicro()), floor, pending, dueAt);
        assertEq(AccountSlot.unwrap(written), AccountSlot.unwrap(expected), "word");
    }

    function testFuzzTakesThePendingFloorFromItsTimeOn(
        uint64 floor,
        uint64 pending,
        uint40 dueAt,
        uint40 time
    ) external pure {
        AccountSlot slot = _plain(1, floor, pending, dueAt);
        assertEq(slot.floorAt(time), time >= dueAt ? pending : floor, "any time");
        assertEq(slot.floorAt(dueAt), pending, "at its time");
        if (dueAt > 0) assertEq(slot.floorAt(dueAt - 1), floor, "just before");
    }

    function _plain(uint88 cash, uint64 floor, uint64 pending, uint40 dueAt) private pure returns (AccountSlot) {
        return AccountSlot.wrap(uint256(bytes32(abi.encodePacked(cash, floor, pending, dueAt))));
    }
}
