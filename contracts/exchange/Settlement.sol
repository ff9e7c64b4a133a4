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
        (int256 lotsChange, uint256 feesMicro) = _writeMarkets(frame);
        if (feesMicro != 0) _totals.feesMicro += uint64(feesMicro);

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
            uint256 orderRecords = frame.orderRecords;
            uint256 lastByte = frame.orderRecordsEnd - 1;
            uint256 end = frame.fillTable + frame.fillCount * BatchReader.FILL_BYTES;
            for (uint256 entry = frame.fillTable; entry < end; entry += BatchReader.FILL_BYTES) {
                (uint256 takerIndex, uint256 makerIndex, uint256 quantity, uint256 yesPrice) = BatchReader.fillEntry(
                    entry
                );
                OrderRecord taker = OrderRecords.nth(orderRecords, takerIndex);
                OrderRecord maker = OrderRecords.nth(orderRecords, makerIndex);
                if (_either(OrderRecord.unwrap(taker) > lastByte, OrderRecord.unwrap(maker) > lastByte)) {
                    revert BatchMalformed();
                }
                if (!_fill(taker, maker, quantity, yesPrice)) {
                    _skip(frame, entry, _judgeFill(taker, maker, quantity, yesPrice));
                }
            }
        }
    }

    /// @dev Settles a fill in memory, or changes nothing.
    function _fill(OrderRecord taker, OrderRecord maker, uint256 quantity, uint256 yesPrice) private returns (bool) {
        if (_doubtsOfMeeting(taker, maker, quantity, yesPrice) != 0) return false;
        uint256 feeMicro;
        uint256 bps = taker.market().slot().takerFeeBps();
        if (bps != 0) {
            if (bps > taker.terms().maxFeeBps()) return false;
            feeMicro = _feeMicroDown(quantity, yesPrice, bps);
        }
        uint256 opposed = _opposed(taker, maker);
        (uint256 takerCost, uint256 makerCost) = _costs(taker.terms(), opposed, quantity, yesPrice);
        uint256 short = _move(taker, quantity, takerCost, feeMicro);
        if (short | _move(maker, quantity, makerCost, 0) != 0) {
            _moveBack(taker, quantity, takerCost, feeMicro);
            _moveBack(maker, quantity, makerCost, 0);
            return false;
        }
        if (feeMicro != 0) taker.market().addFee(feeMicro);
        // Two buyers of opposite outcomes make pairs, two sellers end them: a complement is meant.
        unchecked {
            if (opposed != 0) taker.market().addLots(quantity * (1 - 2 * taker.terms().side()));
        }
        _emitFill(taker, maker, (feeMicro << 64) | (quantity << 32) | (yesPrice << 16));
        return true;
    }

    /// @dev 1 when the orders are of opposite outcomes, else 0.
    function _opposed(OrderRecord taker, OrderRecord maker) private pure returns (uint256 opposed) {
        OrderTerms takerTerms = taker.terms();
        OrderTerms makerTerms = maker.terms();
        assembly ("memory-safe") {
            opposed := and(shr(168, xor(takerTerms, makerTerms)), 1)
        }
    }

    /// @dev Says that the fill at `entry` does not settle.
    function _skip(BatchReader.Frame memory frame, uint256 entry, uint256 reason) private {
        // What refuses a fill and what names the reason ask the same.
        assert(reason != SkipReason.NONE);
        uint256 index = (entry - frame.fillTable) / BatchReader.FILL_BYTES;
        frame.outcomes[index] = bytes1(uint8(reason));
        ++frame.skipped;
        emit FillSkipped(uint64(frame.batchId), uint16(index), uint8(reason));
    }

    /// @dev `emit FillSettled(...)`, `data` without nonces and legs, from scratch space.
    function _emitFill(OrderRecord taker, OrderRecord maker, uint256 data) private {
        bytes32 selector = FillSettled.selector;
        uint256 marketId = taker.market().marketId();
        uint256 takerAddress = taker.maker();
        uint256 makerAddress = maker.maker();
        OrderTerms takerTerms = taker.terms();
        OrderTerms makerTerms = maker.terms();
        // Terms end with the nonce: one after the other they are laid so that their ends meet, right before the rest.
        assembly ("memory-safe") {
            let legs := or(shl(8, and(byte(10, takerTerms), 3)), and(byte(10, makerTerms), 3))
            mstore(0x20, or(data, legs))
            mstore(0x10, makerTerms)
            mstore(0x08, takerTerms)
            log4(0x20, 0x20, selector, marketId, takerAddress, makerAddress)
        }
    }

    /// @dev Zero when all that `_checkMeeting` asks holds.
    function _doubtsOfMeeting(
        OrderRecord taker,
        OrderRecord maker,
        uint256 quantity,
        uint256 yesPrice
    ) private pure returns (uint256 doubts) {
        uint256 takerLimit = taker.limit();
        uint256 makerLimit = maker.limit();
        MarketRecord market = taker.market();
        MarketRecord makerMarket = maker.market();
        SlotRecord account = taker.account();
        SlotRecord makerAccount = maker.account();
        MarketSlot slot = market.slot();
        OrderTerms terms = taker.terms();
        // See `OrderRecords.limit`: signs that differ are a bid and an ask, and the price is complemented for the one
        // that asks. Of the market's slot the step is read, of the taker's terms the leg, above 15 when post-only.
        assembly ("memory-safe") {
            let price := xor(yesPrice, sar(255, takerLimit))
            doubts := or(slt(takerLimit, price), slt(makerLimit, not(price)))
            doubts := or(doubts, iszero(shr(255, xor(takerLimit, makerLimit))))
            doubts := or(doubts, xor(market, makerMarket))
            doubts := or(doubts, eq(account, makerAccount))
            doubts := or(doubts, iszero(quantity))
            doubts := or(doubts, mod(yesPrice, byte(23, slot)))
            doubts := or(doubts, gt(byte(10, terms), 15))
        }
    }

    /// @dev Moves the order's slots by the fill. Nonzero when the order has not so much left, or its account does not
    /// hold what it gives: then all is to be taken back. A seller's fee comes out of the proceeds: it is at most the
    /// lesser of the two outcomes' prices.
    function _move(
        OrderRecord order,
        uint256 quantity,
        uint256 costMicro,
        uint256 feeMicro
    ) private pure returns (uint256 short) {
        OrderTerms terms = order.terms();
        SlotRecord lane = order.lane();
        SlotRecord account = order.account();
        SlotRecord holding = order.holding();
        // Lots have 32 bits, a cost is below 2^46, and sums of cash and shares are bounded by what escrow can hold.
        // Fields are those of `OrderTerms`, `AccountSlot` and `HoldingSlot`.
        assembly ("memory-safe") {
            let word := mload(lane)
            let shift := and(shl(5, terms), 0xe0)
            short := gt(add(and(shr(shift, word), 0xffffffff), quantity), and(shr(120, terms), 0xffffffff))
            mstore(lane, add(word, shl(shift, quantity)))

            shift := shl(7, and(byte(10, terms), 1))
            switch and(byte(10, terms), 2)
            case 0 {
                let micro := add(costMicro, feeMicro)
                word := mload(account)
                short := or(short, lt(shr(168, word), micro))
                mstore(account, sub(word, shl(168, micro)))
                mstore(holding, add(mload(holding), shl(shift, quantity)))
            }
            default {
                mstore(account, add(mload(account), shl(168, sub(costMicro, feeMicro))))
                word := mload(holding)
                short := or(short, lt(shr(128, shl(sub(128, shift), word)), quantity))
                mstore(holding, sub(word, shl(shift, quantity)))
            }
        }
    }

    /// @dev The opposite of `_move`, which adds to three words and nothing else: to subtract the same gives each back,
    /// whatever the sums carried or borrowed on their way.
    function _moveBack(OrderRecord order, uint256 quantity, uint256 costMicro, uint256 feeMicro) private pure {
        unchecked {
            OrderTerms terms = order.terms();
            uint256 sign = 1 - 2 * terms.side();
            uint256 micro = sign * costMicro + feeMicro;
            SlotRecord slot = order.lane();
            slot.setCurrent(slot.current() - (quantity << SlotKey.laneShift(terms.nonce())));
            slot = order.account();
            slot.setCurrent(slot.current() + (micro << 168));
            slot = order.holding();
            slot.setCurrent(slot.current() - ((sign * quantity) << (terms.outcome() << 7)));
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
        // The bounds are those of `_move`.
        unchecked {
            OrderTerms terms = order.terms();
            uint256 filled = uint32(order.lane().current() >> SlotKey.laneShift(terms.nonce()));
            // The mark of a cancelled order is above any quantity.
            if (filled + quantity > terms.quantity()) {
                return filled == Units.CANCELLED ? SkipReason.ORDER_CANCELLED : SkipReason.OVERFILLED;
            }
            uint256 outcome = terms.outcome();
            if (terms.side() == 0) {
                uint256 price = outcome == 1 ? yesPrice : Units.PRICE_SCALE - yesPrice;
                uint256 cost = quantity * price * Units.MICRO_PER_TICK_LOT + feeMicro;
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
                OrderRecord.wrap(record).store();
            }
        }
    }

    /// @dev Writes what changed; returns the batch's net change of open interest, and its fees.
    function _writeMarkets(BatchReader.Frame memory frame) private returns (int256 lotsChange, uint256 feesMicro) {
        unchecked {
            uint256 end = frame.marketRecordsEnd;
            for (uint256 record = frame.marketRecords; record < end; record += MarketRecords.BYTES) {
                MarketRecord market = MarketRecord.wrap(record);
                feesMicro += market.feesMicro();
                int256 change = market.lotsChange();
                if (change == 0) continue;
                uint256 lots = uint256(int256(uint256(market.slot().openInterestLots())) + change);
                _markets[market.marketId()] = market.slot().withOpenInterest(lots);
                lotsChange += change;
            }
        }
    }

    // ---- arithmetic ----

    /// @dev What taker and maker pay or get. Opposed orders together pay, or get, what pairs are worth.
    function _costs(
        OrderTerms takerTerms,
        uint256 opposed,
        uint256 quantity,
        uint256 yesPrice
    ) private pure returns (uint256 takerCost, uint256 makerCost) {
        uint256 microPerTickLot = Units.MICRO_PER_TICK_LOT;
        uint256 scale = Units.PRICE_SCALE;
        // Without branches: of the YES price and its opposite, whichever the outcome asks for. The price is one, so
        // nothing wraps.
        assembly ("memory-safe") {
            let unit := mul(quantity, microPerTickLot)
            let opposite := sub(scale, yesPrice)
            let change := xor(yesPrice, opposite)
            let takerPrice := xor(opposite, mul(and(byte(10, takerTerms), 1), change))
            takerCost := mul(unit, takerPrice)
            makerCost := mul(unit, xor(takerPrice, mul(opposed, change)))
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
