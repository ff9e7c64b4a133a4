// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { MarketSlot, MarketSlotFields } from "../../../../contracts/types/MarketSlot.sol";
import { FuzzTest } from "../support/FuzzTest.sol";

contract MarketSlotTest is FuzzTest {
    function testFuzzANewMarketIsOpenAndEmpty(uint40 closeTime, uint16 feeBps, uint8 step) external pure {
        MarketSlot slot = MarketSlotFields.create(closeTime, feeBps, step);
        assertEq(slot.closeTime(), closeTime, "close");
        assertEq(slot.takerFeeBps(), feeBps, "fee");
        assertEq(slot.priceStep(), step, "step");
        assertEq(slot.status(), MarketSlotFields.OPEN, "status");
        assertEq(slot.payoutYes(), 0, "payout");
        assertEq(slot.openInterestLots(), 0, "lots");
        assertTrue(slot.isUnresolved(), "unresolved");
    }

    function testFuzzWritesStatusAndPayoutOnly(
        uint40 closeTime,
        uint16 feeBps,
        uint8 step,
        uint64 lots,
        uint8 status,
        uint16 payoutYes
    ) external pure {
        MarketSlot slot = MarketSlotFields.create(closeTime, feeBps, step).withOpenInterest(lots);
        MarketSlot written = slot.withStatus(status, payoutYes);
        assertEq(written.status(), status, "status");
        assertEq(written.payoutYes(), payoutYes, "payout");
        _sameRest(written, slot);
        assertEq(written.openInterestLots(), lots, "lots");
        MarketSlot back = written.withStatus(MarketSlotFields.OPEN, 0);
        assertEq(MarketSlot.unwrap(back), MarketSlot.unwrap(slot), "nothing else changed");
        bool unresolved = status == MarketSlotFields.OPEN || status == MarketSlotFields.PROPOSED;
        assertTrue(written.isUnresolved() == unresolved, "unresolved");
    }

    function testFuzzWritesLotsOnly(uint256 word, uint64 lots) external pure {
        MarketSlot slot = MarketSlot.wrap(word);
        MarketSlot written = slot.withOpenInterest(lots);
        assertEq(written.openInterestLots(), lots, "lots");
        assertEq(MarketSlot.unwrap(written) >> 64, word >> 64, "the rest");
    }

    function _sameRest(MarketSlot a, MarketSlot b) private pure {
        assertEq(a.closeTime(), b.closeTime(), "close");
        assertEq(a.takerFeeBps(), b.takerFeeBps(), "fee");
        assertEq(a.priceStep(), b.priceStep(), "step");
    }
}
