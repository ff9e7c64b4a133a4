// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { SlotKey } from "../../../../contracts/libraries/SlotKey.sol";
import { FuzzTest } from "../support/FuzzTest.sol";

/// @dev A key from which its parts can be read back belongs to no other parts.
contract SlotKeyTest is FuzzTest {
    function testFuzzAHoldingsKeyTellsItsParts(address account, uint64 marketId) external pure {
        uint256 key = SlotKey.holding(account, marketId);
        assertEq(uint64(key), marketId, "market");
        assertEq(key >> 64, uint160(account), "account");
    }

    function testFuzzANoncesKeyTellsItsParts(address account, uint64 nonce) external pure {
        uint256 key = SlotKey.nonceOf(account, nonce);
        assertEq(uint64(key), nonce, "nonce");
        assertEq(key >> 64, uint160(account), "account");
    }

    function testFuzzAnOutcomesKeyTellsItsParts(address account, uint64 marketId, uint8 outcome) external pure {
        uint256 key = SlotKey.outcomeOf(account, marketId, outcome);
        assertEq(uint8(key), outcome, "outcome");
        assertEq(uint64(key >> 8), marketId, "market");
        assertEq(key >> 72, uint160(account), "account");
    }

    function testFuzzALaneAndItsShiftTellTheNonce(address maker, uint64 nonce) external pure {
        uint256 lane = SlotKey.lane(maker, nonce);
        uint256 shift = SlotKey.laneShift(nonce);
        assertEq(shift % 32, 0, "whole places");
        assertTrue(shift < 256, "within the slot");
        assertEq(((lane << 3) & type(uint64).max) + shift / 32, nonce, "nonce");
        assertEq(lane >> 61, uint160(maker), "maker");
    }
}
