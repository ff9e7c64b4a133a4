// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IExchange } from "../interfaces/IExchange.sol";
import { BatchMemory } from "../libraries/BatchMemory.sol";
import { BatchReader } from "../libraries/BatchReader.sol";
import { SkipReason } from "../libraries/SkipReason.sol";
import { Units } from "../libraries/Units.sol";
import { HotState } from "../types/HotState.sol";
import { MarketSlot } from "../types/MarketSlot.sol";
import { OrderTerms } from "../types/OrderTerms.sol";
import { BatchOpening } from "./BatchOpening.sol";

/// @title Settlement of packed batches: load each slot once, evaluate every fill in memory, write each slot once.
/// @dev Nothing here calls another contract, so no user can stand in the way of a fill.
abstract contract Settlement is BatchOpening {
    using BatchReader for BatchReader.Frame;
    using BatchMemory for OrderTerms;

    /// @dev keccak256("FillSettled(uint64,address,address,uint256)")
    bytes32 private constant FILL_SETTLED = FillSettled.selector;

    /// @inheritdoc IExchange
    function settle(bytes calldata batch) external override returns (bytes memory outcomes) {
        HotState hot = _hot;
        if (msg.sender != hot.operator()) revert NotOperator();
        if (hot.paused()) revert TradingIsPaused();
        BatchReader.Frame memory frame = BatchReader.open(batch);
        uint64 expected = hot.lastBatchId() + 1;
        if (frame.batchId != expected) revert BatchOutOfOrder(expected, frame.batchId);

        BatchMemory.State memory state = _open(frame);
        uint256 skipped;
        (outcomes, skipped) = _evaluate(frame, state);
        int256 lotsChange = _write(state);

        uint256 lots = uint256(int256(hot.openInterestLots()) + lotsChange);
        _hot = hot.withLastBatchId(expected).withOpenInterest(lots);
        uint16 settled = uint16(frame.fillCount - skipped);
        emit BatchSettled(expected, frame.journalHash, frame.journalSeq, settled, uint16(skipped));
    }

    // ---- evaluation ----

    function _evaluate(BatchReader.Frame memory frame, BatchMemory.State memory state)
        private
        returns (bytes memory outcomes, uint256 skipped)
    {
        uint256 count = frame.fillCount;
        outcomes = new bytes(count);
        for (uint256 i = 0; i < count; ++i) {
            uint256 reason = _fill(frame, state, i);
            if (reason == SkipReason.NONE) continue;
            outcomes[i] = bytes1(uint8(reason));
            ++skipped;
            emit FillSkipped(frame.batchId, uint16(i), uint8(reason));
        }
    }

    /// @dev Settles fill `index` in memory, or returns why not and has changed nothing.
    function _fill(BatchReader.Frame memory frame, BatchMemory.State memory state, uint256 index)
        private
        returns (uint256 reason)
    {
        (uint256 takerIndex, uint256 makerIndex, uint256 quantity, uint256 yesPrice) = frame.fill(index);
        if (takerIndex >= frame.orderCount || makerIndex >= frame.orderCount) revert BatchMalformed();
        BatchMemory.OrderRecord memory taker = state.orders[takerIndex];
        BatchMemory.OrderRecord memory maker = state.orders[makerIndex];

        reason = _checkMeeting(taker, maker, quantity, yesPrice);
        if (reason != SkipReason.NONE) return reason;
        reason = _checkLane(taker, quantity);
        if (reason != SkipReason.NONE) return reason;
        reason = _checkLane(maker, quantity);
        if (reason != SkipReason.NONE) return reason | SkipReason.MAKER;
        uint256 feeMicro;
        (feeMicro, reason) = _takerFee(taker, quantity, yesPrice);
        if (reason != SkipReason.NONE) return reason;
        reason = _checkFunds(taker, quantity, yesPrice, feeMicro);
        if (reason != SkipReason.NONE) return reason;
        reason = _checkFunds(maker, quantity, yesPrice, 0);
        if (reason != SkipReason.NONE) return reason | SkipReason.MAKER;

        _move(taker, quantity, yesPrice, feeMicro);
        _move(maker, quantity, yesPrice, 0);
        state.feesMicro += feeMicro;
        _countPairs(taker, maker, quantity);
        _emitFill(taker, maker, quantity, yesPrice, feeMicro);
    }

    /// @dev Whether the two orders hold at all, and meet at this price.
    function _checkMeeting(
        BatchMemory.OrderRecord memory taker,
        BatchMemory.OrderRecord memory maker,
        uint256 quantity,
        uint256 yesPrice
    ) private pure returns (uint256) {
        if (taker.reason != SkipReason.NONE) return taker.reason;
        if (maker.reason != SkipReason.NONE) return maker.reason | SkipReason.MAKER;
        if (taker.account.account == maker.account.account) return SkipReason.SELF_TRADE;
        BatchMemory.MarketRecord memory market = taker.holding.market;
        if (market.marketId != maker.holding.market.marketId) return SkipReason.MARKETS_DIFFER;
        bool takerBids = taker.terms.isBid();
        if (takerBids == maker.terms.isBid()) return SkipReason.SIDES_EQUAL;
        if (quantity == 0) return SkipReason.FILL_QUANTITY_ZERO;
        if (!_isPrice(yesPrice, market.slot)) return SkipReason.FILL_PRICE_INVALID;
        if (takerBids ? yesPrice > taker.yesLimit : yesPrice < taker.yesLimit) return SkipReason.LIMIT_EXCEEDED;
        if (takerBids ? yesPrice < maker.yesLimit : yesPrice > maker.yesLimit) {
            return SkipReason.LIMIT_EXCEEDED | SkipReason.MAKER;
        }
        return SkipReason.NONE;
    }

    /// @dev Whether the order has so much left. A cancelled order's mark is above any quantity.
    function _checkLane(BatchMemory.OrderRecord memory order, uint256 quantity) private pure returns (uint256) {
        uint256 filled = _filled(order);
        // Neither sum nor difference can wrap: all three are 32-bit numbers.
        unchecked {
            if (filled + quantity <= order.terms.quantity()) return SkipReason.NONE;
        }
        return filled == Units.CANCELLED ? SkipReason.ORDER_CANCELLED : SkipReason.OVERFILLED;
    }

    /// @dev Rounded down, on `min(price, 1000 - price)`, so that YES and NO pay alike.
    function _takerFee(BatchMemory.OrderRecord memory taker, uint256 quantity, uint256 yesPrice)
        private
        pure
        returns (uint256 feeMicro, uint256 reason)
    {
        uint256 bps = taker.holding.market.slot.takerFeeBps();
        if (bps == 0) return (0, SkipReason.NONE);
        if (bps > taker.terms.maxFeeBps()) return (0, SkipReason.FEE_ABOVE_CAP);
        // Below 2^32 * 500 * 10 * 10^4, and a valid price is below the scale.
        unchecked {
            uint256 noPrice = Units.PRICE_SCALE - yesPrice;
            uint256 base = quantity * (yesPrice < noPrice ? yesPrice : noPrice) * Units.MICRO_PER_TICK_LOT;
            feeMicro = base * bps / Units.BPS_SCALE;
        }
    }

    /// @dev Whether the account holds what the order gives. A seller's fee comes out of the proceeds: the market's fee
    /// is at most 100 % of the lesser of the two outcomes' prices.
    function _checkFunds(
        BatchMemory.OrderRecord memory order,
        uint256 quantity,
        uint256 yesPrice,
        uint256 feeMicro
    ) private pure returns (uint256) {
        OrderTerms terms = order.terms;
        if (terms.side() == 1) {
            uint256 held = order.holding.current.lotsOf(terms.outcome());
            return quantity > held ? SkipReason.SHARES_SHORT : SkipReason.NONE;
        }
        unchecked {
            uint256 needed = _cost(terms, quantity, yesPrice) + feeMicro;
            return needed > order.account.cashMicro ? SkipReason.CASH_SHORT : SkipReason.NONE;
        }
    }

    /// @dev Moves cash and shares of one side and counts the fill in its lane.
    function _move(BatchMemory.OrderRecord memory order, uint256 quantity, uint256 yesPrice, uint256 feeMicro)
        private
        pure
    {
        OrderTerms terms = order.terms;
        BatchMemory.AccountRecord memory account = order.account;
        BatchMemory.HoldingRecord memory holding = order.holding;
        // `_checkFunds` and `_checkLane` have said that nothing falls below zero or leaves its 32 bits; sums of cash
        // and shares are bounded by what escrow can hold.
        unchecked {
            uint256 cost = _cost(terms, quantity, yesPrice);
            if (terms.side() == 0) {
                account.cashMicro -= cost + feeMicro;
                holding.current = holding.current.plus(terms.outcome(), quantity);
            } else {
                account.cashMicro += cost - feeMicro;
                holding.current = holding.current.minus(terms.outcome(), quantity);
            }
            order.lane.current += quantity << _laneShift(terms);
        }
    }

    /// @dev Two buyers of opposite outcomes make pairs, two sellers end them.
    function _countPairs(BatchMemory.OrderRecord memory taker, BatchMemory.OrderRecord memory maker, uint256 quantity)
        private
        pure
    {
        if (taker.terms.outcome() == maker.terms.outcome()) return;
        int256 lots = int256(quantity);
        unchecked {
            taker.holding.market.lotsChange += taker.terms.side() == 0 ? lots : -lots;
        }
    }

    function _emitFill(
        BatchMemory.OrderRecord memory taker,
        BatchMemory.OrderRecord memory maker,
        uint256 quantity,
        uint256 yesPrice,
        uint256 feeMicro
    ) private {
        OrderTerms takerTerms = taker.terms;
        OrderTerms makerTerms = maker.terms;
        uint256 takerLeg = takerTerms.outcome() | (takerTerms.side() << 1);
        uint256 makerLeg = makerTerms.outcome() | (makerTerms.side() << 1);
        uint256 data = (takerTerms.nonce() << 192) | (makerTerms.nonce() << 128) | (feeMicro << 64) | (quantity << 32)
            | (yesPrice << 16) | (takerLeg << 8) | makerLeg;
        emit FillSettled(taker.holding.market.marketId, taker.account.account, maker.account.account, data);
    }

    // ---- writing back ----

    /// @dev Writes what changed; returns the batch's net change of open interest.
    function _write(BatchMemory.State memory state) private returns (int256 lotsChange) {
        for (uint256 i = 0; i < state.laneCount; ++i) {
            BatchMemory.LaneRecord memory lane = state.lanes[i];
            if (lane.current != lane.loaded) _lanes[lane.key] = lane.current;
        }
        for (uint256 i = 0; i < state.accountCount; ++i) {
            BatchMemory.AccountRecord memory account = state.accounts[i];
            if (account.cashMicro != account.slot.cashMicro()) {
                _accounts[account.account] = account.slot.withCash(account.cashMicro);
            }
        }
        for (uint256 i = 0; i < state.holdingCount; ++i) {
            BatchMemory.HoldingRecord memory holding = state.holdings[i];
            if (!holding.current.equals(holding.loaded)) _holdings[holding.key] = holding.current;
        }
        for (uint256 i = 0; i < state.markets.length; ++i) {
            BatchMemory.MarketRecord memory market = state.markets[i];
            int256 change = market.lotsChange;
            if (change == 0) continue;
            uint256 lots = uint256(int256(uint256(market.slot.openInterestLots())) + change);
            _markets[market.marketId] = market.slot.withOpenInterest(lots);
            lotsChange += change;
        }
        if (state.feesMicro != 0) _totals.feesMicro += uint64(state.feesMicro);
    }

    // ---- arithmetic ----

    /// @dev Exact; below 2^32 * 1000 * 10.
    function _cost(OrderTerms terms, uint256 quantity, uint256 yesPrice) private pure returns (uint256) {
        unchecked {
            uint256 price = terms.outcome() == 1 ? yesPrice : Units.PRICE_SCALE - yesPrice;
            return quantity * price * Units.MICRO_PER_TICK_LOT;
        }
    }
}
