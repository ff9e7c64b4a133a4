// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IExchangeEscrow } from "../interfaces/IExchangeEscrow.sol";
import { BatchReader } from "../libraries/BatchReader.sol";
import { MappingSlot } from "../libraries/MappingSlot.sol";
import { SkipReason } from "../libraries/SkipReason.sol";
import { SlotKey } from "../libraries/SlotKey.sol";
import { Units } from "../libraries/Units.sol";
import { AccountSlot } from "../types/AccountSlot.sol";
import {
    AccountRecord,
    HoldingRecord,
    LaneRecord,
    MarketRecord,
    MarketRecords,
    OrderRecord,
    OrderRecords
} from "../types/BatchRecords.sol";
import { HoldingSlot } from "../types/HoldingSlot.sol";
import { HotState } from "../types/HotState.sol";
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
        BatchReader.Frame memory frame = BatchReader.open(batch);
        uint64 expected = hot.lastBatchId() + 1;
        if (frame.batchId != expected) revert BatchOutOfOrder(expected, frame.batchId);

        _openMarkets(frame);
        _openOrders(frame);
        uint256 skipped;
        (outcomes, skipped) = _evaluate(frame);
        _writeOrders(frame);
        int256 lotsChange = _writeMarkets(frame);

        uint256 lots = uint256(int256(hot.openInterestLots()) + lotsChange);
        _hot = hot.withLastBatchId(expected).withOpenInterest(lots);
        uint16 settled = uint16(frame.fillCount - skipped);
        emit BatchSettled(expected, frame.journalHash, frame.journalSeq, settled, uint16(skipped));
    }

    // ---- evaluation ----

    function _evaluate(BatchReader.Frame memory frame) private returns (bytes memory outcomes, uint256 skipped) {
        unchecked {
            uint256 count = frame.fillCount;
            outcomes = new bytes(count);
            uint256 fees;
            uint256 entry = frame.fillTable;
            uint256 marketRecords = frame.marketRecords;
            uint256 orderRecords = frame.orderRecords;
            uint256 orderCount = frame.orderCount;
            for (uint256 i = 0; i < count; ++i) {
                (uint256 reason, uint256 feeMicro) = _fill(marketRecords, orderRecords, orderCount, entry);
                entry += BatchReader.FILL_BYTES;
                fees += feeMicro;
                if (reason == SkipReason.NONE) continue;
                outcomes[i] = bytes1(uint8(reason));
                ++skipped;
                emit FillSkipped(frame.batchId, uint16(i), uint8(reason));
            }
            if (fees != 0) _totals.feesMicro += uint64(fees);
        }
    }

    /// @dev Settles the fill at `entry` in memory, or returns why not and has changed nothing.
    function _fill(
        uint256 marketRecords,
        uint256 orderRecords,
        uint256 orderCount,
        uint256 entry
    ) private returns (uint256 reason, uint256 feeMicro) {
        (uint256 takerIndex, uint256 makerIndex, uint256 quantity, uint256 yesPrice) = BatchReader.fillEntry(entry);
        if (takerIndex >= orderCount || makerIndex >= orderCount) revert BatchMalformed();
        OrderRecord taker = OrderRecords.nth(orderRecords, takerIndex);
        OrderRecord maker = OrderRecords.nth(orderRecords, makerIndex);
        OrderTerms takerTerms = taker.terms();
        OrderTerms makerTerms = maker.terms();
        MarketRecord market = MarketRecords.nth(marketRecords, takerTerms.marketIndex());

        reason = _checkMeeting(taker, maker, market, quantity, yesPrice);
        if (reason != SkipReason.NONE) return (reason, 0);
        uint256 bps = market.slot().takerFeeBps();
        if (bps != 0) {
            if (bps > takerTerms.maxFeeBps()) return (SkipReason.FEE_ABOVE_CAP, 0);
            feeMicro = _feeMicroDown(quantity, yesPrice, bps);
        }
        uint256 takerCash;
        HoldingSlot takerHolding;
        (reason, takerCash, takerHolding) = _side(taker, takerTerms, quantity, yesPrice, feeMicro);
        if (reason != SkipReason.NONE) return (reason, 0);
        uint256 makerCash;
        HoldingSlot makerHolding;
        (reason, makerCash, makerHolding) = _side(maker, makerTerms, quantity, yesPrice, 0);
        if (reason != SkipReason.NONE) return (reason | SkipReason.MAKER, 0);

        // Everything holds: from here on the fill happens.
        taker.account().setCash(takerCash);
        taker.holding().setCurrent(takerHolding);
        maker.account().setCash(makerCash);
        maker.holding().setCurrent(makerHolding);
        unchecked {
            LaneRecord lane = taker.lane();
            lane.setCurrent(lane.current() + (quantity << SlotKey.laneShift(takerTerms.nonce())));
            lane = maker.lane();
            lane.setCurrent(lane.current() + (quantity << SlotKey.laneShift(makerTerms.nonce())));
            // Two buyers of opposite outcomes make pairs, two sellers end them.
            if (takerTerms.outcome() != makerTerms.outcome()) {
                market.addLots(takerTerms.side() == 0 ? int256(quantity) : -int256(quantity));
            }
        }
        uint256 data =
            (takerTerms.nonce() << 192) |
                (makerTerms.nonce() << 128) |
                (feeMicro << 64) |
                (quantity << 32) |
                (yesPrice << 16) |
                (takerTerms.leg() << 8) |
                makerTerms.leg();
        _emitFill(market.marketId(), taker.account().maker(), maker.account().maker(), data);
    }

    /// @dev `emit FillSettled(...)`, from scratch space: all four are whole words already.
    function _emitFill(uint256 marketId, uint256 taker, uint256 maker, uint256 data) private {
        bytes32 selector = FillSettled.selector;
        assembly ("memory-safe") {
            mstore(0x00, data)
            log4(0x00, 0x20, selector, marketId, taker, maker)
        }
    }

    /// @dev Whether the two orders hold at all, meet at this price, and in these parts.
    function _checkMeeting(
        OrderRecord taker,
        OrderRecord maker,
        MarketRecord market,
        uint256 quantity,
        uint256 yesPrice
    ) private pure returns (uint256) {
        if (taker.reason() | maker.reason() != SkipReason.NONE) {
            return taker.reason() != SkipReason.NONE ? taker.reason() : maker.reason() | SkipReason.MAKER;
        }
        if (AccountRecord.unwrap(taker.account()) == AccountRecord.unwrap(maker.account())) {
            return SkipReason.SELF_TRADE;
        }
        if (taker.terms().marketIndex() != maker.terms().marketIndex()) return SkipReason.MARKETS_DIFFER;
        bool takerBids = taker.terms().isBid();
        if (takerBids == maker.terms().isBid()) return SkipReason.SIDES_EQUAL;
        if (quantity == 0) return SkipReason.FILL_QUANTITY_ZERO;
        if (yesPrice % market.slot().priceStep() != 0) return SkipReason.FILL_PRICE_INVALID;
        // Both limits lie within 1 … 999, so a price between them does too.
        uint256 takerLimit = taker.yesLimit();
        uint256 makerLimit = maker.yesLimit();
        if (takerBids ? yesPrice > takerLimit : yesPrice < takerLimit) return SkipReason.LIMIT_EXCEEDED;
        if (takerBids ? yesPrice < makerLimit : yesPrice > makerLimit) {
            return SkipReason.LIMIT_EXCEEDED | SkipReason.MAKER;
        }
        return taker.terms().isPostOnly() ? SkipReason.POST_ONLY : SkipReason.NONE;
    }

    /// @dev Whether the order has so much left and its account holds what it gives; and if so, what the account has
    /// afterwards. A seller's fee comes out of the proceeds: it is at most the lesser of the two outcomes' prices.
    function _side(
        OrderRecord order,
        OrderTerms terms,
        uint256 quantity,
        uint256 yesPrice,
        uint256 feeMicro
    ) private pure returns (uint256 reason, uint256 cashAfter, HoldingSlot holdingAfter) {
        // Nothing wraps: lots have 32 bits, a cost is below 2^46, what is taken away was compared before; and sums of
        // cash and shares are bounded by what escrow can hold.
        unchecked {
            uint256 filled = uint32(order.lane().current() >> SlotKey.laneShift(terms.nonce()));
            // The mark of a cancelled order is above any quantity.
            if (filled + quantity > terms.quantity()) {
                reason = filled == Units.CANCELLED ? SkipReason.ORDER_CANCELLED : SkipReason.OVERFILLED;
                return (reason, 0, holdingAfter);
            }
            uint256 outcome = terms.outcome();
            uint256 cost =
                quantity * (outcome == 1 ? yesPrice : Units.PRICE_SCALE - yesPrice) * Units.MICRO_PER_TICK_LOT;
            cashAfter = order.account().cashMicro();
            holdingAfter = order.holding().current();
            if (terms.side() == 0) {
                cost += feeMicro;
                if (cost > cashAfter) return (SkipReason.CASH_SHORT, 0, holdingAfter);
                return (SkipReason.NONE, cashAfter - cost, holdingAfter.plus(outcome, quantity));
            }
            if (quantity > holdingAfter.lotsOf(outcome)) return (SkipReason.SHARES_SHORT, 0, holdingAfter);
            return (SkipReason.NONE, cashAfter + cost - feeMicro, holdingAfter.minus(outcome, quantity));
        }
    }

    // ---- writing back ----

    /// @dev Writes what changed. A record is shared by several orders: once written, it is as stored, so the next
    /// order does not write it again.
    function _writeOrders(BatchReader.Frame memory frame) private {
        unchecked {
            uint256 end = frame.orderRecords + frame.orderCount * OrderRecords.BYTES;
            for (uint256 record = frame.orderRecords; record < end; record += OrderRecords.BYTES) {
                OrderRecord order = OrderRecord.wrap(record);
                LaneRecord lane = order.lane();
                uint256 filled = lane.current();
                if (filled != lane.stored()) {
                    lane.setStored(filled);
                    MappingSlot.store(lane.storageSlot(), filled);
                }
                AccountRecord account = order.account();
                AccountSlot stored = account.stored();
                if (account.cashMicro() != stored.cashMicro()) {
                    stored = stored.withCash(account.cashMicro());
                    account.setStored(stored);
                    MappingSlot.store(account.storageSlot(), AccountSlot.unwrap(stored));
                }
                HoldingRecord holding = order.holding();
                HoldingSlot current = holding.current();
                if (!current.equals(holding.stored())) {
                    holding.setStored(current);
                    MappingSlot.store(holding.storageSlot(), HoldingSlot.unwrap(current));
                }
            }
        }
    }

    /// @dev Writes what changed; returns the batch's net change of open interest.
    function _writeMarkets(BatchReader.Frame memory frame) private returns (int256 lotsChange) {
        unchecked {
            for (uint256 i = 0; i < frame.marketCount; ++i) {
                MarketRecord market = MarketRecords.nth(frame.marketRecords, i);
                int256 change = market.lotsChange();
                if (change == 0) continue;
                uint256 lots = uint256(int256(uint256(market.slot().openInterestLots())) + change);
                _markets[market.marketId()] = market.slot().withOpenInterest(lots);
                lotsChange += change;
            }
        }
    }

    // ---- arithmetic ----

    /// @dev On `min(price, 1000 - price)`, so that YES and NO pay alike. Below 2^32 * 500 * 10 * 10^4.
    function _feeMicroDown(uint256 quantity, uint256 yesPrice, uint256 bps) private pure returns (uint256) {
        unchecked {
            uint256 noPrice = Units.PRICE_SCALE - yesPrice;
            uint256 price = yesPrice < noPrice ? yesPrice : noPrice;
            return (quantity * price * Units.MICRO_PER_TICK_LOT * bps) / Units.BPS_SCALE;
        }
    }
}
