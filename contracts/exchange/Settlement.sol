// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IExchangeEscrow } from "../interfaces/IExchangeEscrow.sol";
import { BatchReader } from "../libraries/BatchReader.sol";
import { SkipReason } from "../libraries/SkipReason.sol";
import { SlotKey } from "../libraries/SlotKey.sol";
import { Units } from "../libraries/Units.sol";
import { AccountSlot } from "../types/AccountSlot.sol";
import { MarketRecord, MarketRecords, OrderRecord, OrderRecords, SlotRecord } from "../types/BatchRecords.sol";
import { HoldingSlot } from "../types/HoldingSlot.sol";
import { HotState } from "../types/HotState.sol";
import { MarketSlot } from "../types/MarketSlot.sol";
import { OrderTerms } from "../types/OrderTerms.sol";
import { BatchOpening } from "./BatchOpening.sol";

/// @title Settlement of packed batches: load each slot once, evaluate every fill in memory, write each slot once.
/// @dev Nothing here calls another contract, so no user can stand in the way of a fill; nor does a pause: exits ripen
/// and markets close while it lasts, so that it would void what was matched before.
abstract contract Settlement is BatchOpening {
    /// @inheritdoc IExchangeEscrow
    function settle(bytes calldata batch) external override returns (bytes memory outcomes) {
        HotState hot = _hot;
        if (msg.sender != hot.operator()) revert NotOperator();
        // Before anything else that uses memory.
        BatchReader.Frame memory frame = BatchReader.open(batch);
        uint256 expected = uint256(hot.lastBatchId()) + 1;
        if (frame.batchId != expected) revert BatchOutOfOrder(uint64(expected), uint64(frame.batchId));

        _openMarkets(frame);
        _openOrders(frame);
        frame.outcomes = new bytes(frame.fillCount);
        _evaluate(frame);
        _writeOrders(frame);
        int256 lotsChange = _writeMarkets(frame);

        unchecked {
            uint256 lots = uint256(int256(hot.openInterestLots()) + lotsChange);
            _hot = hot.withLastBatchId(expected).withOpenInterest(lots);
            uint16 settled = uint16(frame.fillCount - frame.skipped);
            uint64 journalSeq = uint64(frame.journalSeq);
            emit BatchSettled(uint64(expected), frame.journalHash, journalSeq, settled, uint16(frame.skipped));
        }
        return frame.outcomes;
    }

    // ---- evaluation ----

    function _evaluate(BatchReader.Frame memory frame) private {
        unchecked {
            uint256 end = frame.fillTable + frame.fillCount * BatchReader.FILL_BYTES;
            for (uint256 entry = frame.fillTable; entry < end; entry += BatchReader.FILL_BYTES) {
                if (!_fill(frame, entry)) _skip(frame, entry);
            }
            if (frame.feesMicro != 0) _totals.feesMicro += uint64(frame.feesMicro);
        }
    }

    /// @dev Settles the fill at `entry` in memory, or changes nothing.
    function _fill(BatchReader.Frame memory frame, uint256 entry) private returns (bool) {
        (uint256 takerIndex, uint256 makerIndex, uint256 quantity, uint256 yesPrice) = BatchReader.fillEntry(entry);
        OrderRecord taker = OrderRecords.nth(frame.orderRecords, takerIndex);
        OrderRecord maker = OrderRecords.nth(frame.orderRecords, makerIndex);
        uint256 end = frame.orderRecordsEnd;
        if (_either(OrderRecord.unwrap(taker) >= end, OrderRecord.unwrap(maker) >= end)) revert BatchMalformed();
        if (_doubtsOfMeeting(taker, maker, quantity, yesPrice) != 0) return false;
        uint256 feeMicro;
        if (taker.market().slot().takerFeeBps() != 0) {
            feeMicro = _feeMicroDown(quantity, yesPrice, taker.market().slot().takerFeeBps());
        }
        uint256 short = _move(taker, quantity, yesPrice, feeMicro);
        if (short | _move(maker, quantity, yesPrice, 0) != 0) {
            _takeBack(taker, maker, quantity, yesPrice, feeMicro);
            return false;
        }
        if (feeMicro != 0) frame.feesMicro += feeMicro;

        OrderTerms takerTerms = taker.terms();
        OrderTerms makerTerms = maker.terms();
        // Two buyers of opposite outcomes make pairs, two sellers end them. A complement is meant.
        unchecked {
            if (takerTerms.outcome() != makerTerms.outcome()) {
                taker.market().addLots(quantity * (1 - 2 * takerTerms.side()));
            }
        }
        uint256 data =
            (feeMicro << 64) | (quantity << 32) | (yesPrice << 16) | (takerTerms.leg() << 8) | makerTerms.leg();
        _emitFill(taker, maker, data);
        return true;
    }

    /// @dev Says why the fill at `entry` does not settle.
    function _skip(BatchReader.Frame memory frame, uint256 entry) private {
        (uint256 takerIndex, uint256 makerIndex, uint256 quantity, uint256 yesPrice) = BatchReader.fillEntry(entry);
        OrderRecord taker = OrderRecords.nth(frame.orderRecords, takerIndex);
        OrderRecord maker = OrderRecords.nth(frame.orderRecords, makerIndex);
        uint256 reason = _judgeFill(taker, maker, quantity, yesPrice);
        // What refuses a fill and what names the reason ask the same.
        assert(reason != SkipReason.NONE);
        uint256 index = (entry - frame.fillTable) / BatchReader.FILL_BYTES;
        frame.outcomes[index] = bytes1(uint8(reason));
        ++frame.skipped;
        emit FillSkipped(uint64(frame.batchId), uint16(index), uint8(reason));
    }

    /// @dev `emit FillSettled(...)`, `data` without the nonces, from scratch space.
    function _emitFill(OrderRecord taker, OrderRecord maker, uint256 data) private {
        bytes32 selector = FillSettled.selector;
        uint256 marketId = taker.market().marketId();
        uint256 takerAddress = taker.maker();
        uint256 makerAddress = maker.maker();
        OrderTerms takerTerms = taker.terms();
        OrderTerms makerTerms = maker.terms();
        // Terms end with the nonce: one after the other they are laid so that their ends meet, right before the rest.
        assembly ("memory-safe") {
            mstore(0x20, data)
            mstore(0x10, makerTerms)
            mstore(0x08, takerTerms)
            log4(0x20, 0x20, selector, marketId, takerAddress, makerAddress)
        }
    }

    /// @dev Zero when all that `_checkMeeting` asks holds, and the fee is within the taker's cap.
    function _doubtsOfMeeting(
        OrderRecord taker,
        OrderRecord maker,
        uint256 quantity,
        uint256 yesPrice
    ) private pure returns (uint256 doubts) {
        uint256 takerLimit = taker.limit();
        uint256 makerLimit = maker.limit();
        // See `OrderTerms.ladderLimit`: signs that differ are a bid and an ask; the price is complemented for whichever
        // of the two asks. Orders that hold for no fill have a limit that no price meets.
        assembly ("memory-safe") {
            let price := xor(yesPrice, sar(255, takerLimit))
            doubts := or(slt(takerLimit, price), slt(makerLimit, not(price)))
            doubts := or(doubts, iszero(shr(255, xor(takerLimit, makerLimit))))
        }
        MarketRecord takerMarket = taker.market();
        MarketRecord makerMarket = maker.market();
        uint256 takerAccount = taker.maker();
        uint256 makerAccount = maker.maker();
        assembly ("memory-safe") {
            doubts := or(doubts, or(eq(takerAccount, makerAccount), xor(takerMarket, makerMarket)))
        }
        MarketSlot slot = takerMarket.slot();
        OrderTerms terms = taker.terms();
        uint256 step = slot.priceStep();
        uint256 bps = slot.takerFeeBps();
        uint256 maxFeeBps = terms.maxFeeBps();
        bool postOnly = terms.isPostOnly();
        assembly ("memory-safe") {
            doubts := or(doubts, or(iszero(quantity), mod(yesPrice, step)))
            doubts := or(doubts, or(postOnly, gt(bps, maxFeeBps)))
        }
    }

    /// @dev Moves the order's slots by the fill. Nonzero when the order has not so much left, or its account does not
    /// hold what it gives: then all is to be taken back. A seller's fee comes out of the proceeds: it is at most the
    /// lesser of the two outcomes' prices.
    function _move(
        OrderRecord order,
        uint256 quantity,
        uint256 yesPrice,
        uint256 feeMicro
    ) private pure returns (uint256 short) {
        OrderTerms terms = order.terms();
        uint256 size = terms.quantity();
        uint256 laneShift = SlotKey.laneShift(terms.nonce());
        SlotRecord lane = order.lane();
        assembly ("memory-safe") {
            let word := mload(lane)
            short := gt(add(and(shr(laneShift, word), 0xffffffff), quantity), size)
            mstore(lane, add(word, shl(laneShift, quantity)))
        }
        uint256 outcome = terms.outcome();
        // What the account gives is a change below zero: a buyer's cash, a seller's shares. Lots have 32 bits, a cost
        // is below 2^46, and sums of cash and shares are bounded by what escrow can hold.
        uint256 side = terms.side();
        uint256 cost = _cost(outcome, quantity, yesPrice);
        SlotRecord account = order.account();
        SlotRecord holding = order.holding();
        assembly ("memory-safe") {
            let sign := sub(1, add(side, side))
            let word := mload(account)
            let change := add(mul(sign, cost), feeMicro)
            short := or(short, slt(shr(168, word), change))
            mstore(account, sub(word, shl(168, change)))
            word := mload(holding)
            change := mul(sign, quantity)
            let shift := shl(7, outcome)
            short := or(short, slt(add(and(shr(shift, word), 0xffffffffffffffffffffffffffffffff), change), 0))
            mstore(holding, add(word, shl(shift, change)))
        }
    }

    /// @dev Undoes both sides' `_move`. That adds to the words and nothing else, so the opposite numbers give back each
    /// word exactly, whatever the sums carried or borrowed on their way.
    function _takeBack(
        OrderRecord taker,
        OrderRecord maker,
        uint256 quantity,
        uint256 yesPrice,
        uint256 feeMicro
    ) private pure {
        unchecked {
            _move(taker, 0 - quantity, yesPrice, 0 - feeMicro);
            _move(maker, 0 - quantity, yesPrice, 0);
        }
    }

    // ---- naming what is amiss ----

    /// @dev Why a fill does not settle, or `SkipReason.NONE`.
    function _judgeFill(
        OrderRecord taker,
        OrderRecord maker,
        uint256 quantity,
        uint256 yesPrice
    ) private pure returns (uint256 reason) {
        reason = _checkMeeting(taker, maker, quantity, yesPrice);
        if (reason != SkipReason.NONE) return reason;
        uint256 bps = taker.market().slot().takerFeeBps();
        if (bps > taker.terms().maxFeeBps()) return SkipReason.FEE_ABOVE_CAP;
        reason = _checkSide(taker, quantity, yesPrice, _feeMicroDown(quantity, yesPrice, bps));
        if (reason != SkipReason.NONE) return reason;
        reason = _checkSide(maker, quantity, yesPrice, 0);
        return reason == SkipReason.NONE ? reason : reason | SkipReason.MAKER;
    }

    /// @dev Whether the two orders hold at all, meet at this price, and in these parts.
    function _checkMeeting(
        OrderRecord taker,
        OrderRecord maker,
        uint256 quantity,
        uint256 yesPrice
    ) private pure returns (uint256) {
        if (taker.reason() != SkipReason.NONE) return taker.reason();
        if (maker.reason() != SkipReason.NONE) return maker.reason() | SkipReason.MAKER;
        if (taker.maker() == maker.maker()) return SkipReason.SELF_TRADE;
        if (!taker.market().equals(maker.market())) return SkipReason.MARKETS_DIFFER;
        bool takerBids = taker.terms().isBid();
        if (takerBids == maker.terms().isBid()) return SkipReason.SIDES_EQUAL;
        if (quantity == 0) return SkipReason.FILL_QUANTITY_ZERO;
        if (yesPrice % taker.market().slot().priceStep() != 0) return SkipReason.FILL_PRICE_INVALID;
        // Both limits lie within 1 … 999, so a price between them does too.
        uint256 takerLimit = taker.terms().yesLimit();
        uint256 makerLimit = maker.terms().yesLimit();
        if (takerBids ? yesPrice > takerLimit : yesPrice < takerLimit) return SkipReason.LIMIT_EXCEEDED;
        if (takerBids ? yesPrice < makerLimit : yesPrice > makerLimit) {
            return SkipReason.LIMIT_EXCEEDED | SkipReason.MAKER;
        }
        return taker.terms().isPostOnly() ? SkipReason.POST_ONLY : SkipReason.NONE;
    }

    /// @dev Whether the order has so much left and its account holds what it gives.
    function _checkSide(
        OrderRecord order,
        uint256 quantity,
        uint256 yesPrice,
        uint256 feeMicro
    ) private pure returns (uint256) {
        // The bounds are those of `_side`.
        unchecked {
            OrderTerms terms = order.terms();
            uint256 filled = uint32(order.lane().current() >> SlotKey.laneShift(terms.nonce()));
            // The mark of a cancelled order is above any quantity.
            if (filled + quantity > terms.quantity()) {
                return filled == Units.CANCELLED ? SkipReason.ORDER_CANCELLED : SkipReason.OVERFILLED;
            }
            uint256 outcome = terms.outcome();
            if (terms.side() == 0) {
                uint256 cost = _cost(outcome, quantity, yesPrice) + feeMicro;
                uint256 cash = AccountSlot.wrap(order.account().current()).cashMicro();
                return cost > cash ? SkipReason.CASH_SHORT : SkipReason.NONE;
            }
            uint256 lots = HoldingSlot.wrap(order.holding().current()).lotsOf(outcome);
            return quantity > lots ? SkipReason.SHARES_SHORT : SkipReason.NONE;
        }
    }

    // ---- writing back ----

    /// @dev Writes what changed: each slot by the order that it was loaded for.
    function _writeOrders(BatchReader.Frame memory frame) private {
        unchecked {
            uint256 end = frame.orderRecordsEnd;
            for (uint256 record = frame.orderRecords; record < end; record += OrderRecords.BYTES) {
                OrderRecord order = OrderRecord.wrap(record);
                order.ownLane().store();
                order.ownAccount().store();
                order.ownHolding().store();
            }
        }
    }

    /// @dev Writes what changed; returns the batch's net change of open interest.
    function _writeMarkets(BatchReader.Frame memory frame) private returns (int256 lotsChange) {
        unchecked {
            uint256 end = frame.marketRecordsEnd;
            for (uint256 record = frame.marketRecords; record < end; record += MarketRecords.BYTES) {
                MarketRecord market = MarketRecord.wrap(record);
                int256 change = market.lotsChange();
                if (change == 0) continue;
                uint256 lots = uint256(int256(uint256(market.slot().openInterestLots())) + change);
                _markets[market.marketId()] = market.slot().withOpenInterest(lots);
                lotsChange += change;
            }
        }
    }

    // ---- arithmetic ----

    /// @dev Of `quantity` lots of an outcome. Unchecked: below 2^32 * 2^16 * 10 even at a price that is none.
    function _cost(uint256 outcome, uint256 quantity, uint256 yesPrice) private pure returns (uint256) {
        unchecked {
            uint256 noPrice = Units.PRICE_SCALE - yesPrice;
            return quantity * (noPrice + outcome * (yesPrice - noPrice)) * Units.MICRO_PER_TICK_LOT;
        }
    }

    /// @dev On `min(price, 1000 - price)`, so that YES and NO pay alike. Below 2^32 * 500 * 10 * 10^4.
    function _feeMicroDown(uint256 quantity, uint256 yesPrice, uint256 bps) private pure returns (uint256) {
        unchecked {
            uint256 noPrice = Units.PRICE_SCALE - yesPrice;
            uint256 price = yesPrice < noPrice ? yesPrice : noPrice;
            return (quantity * price * Units.MICRO_PER_TICK_LOT * bps) / Units.BPS_SCALE;
        }
    }
}
