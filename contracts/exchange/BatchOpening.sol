// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import { BatchMemory } from "../libraries/BatchMemory.sol";
import { BatchReader } from "../libraries/BatchReader.sol";
import { OrderHash } from "../libraries/OrderHash.sol";
import { OrderSignature } from "../libraries/OrderSignature.sol";
import { SkipReason } from "../libraries/SkipReason.sol";
import { SlotKey } from "../libraries/SlotKey.sol";
import { Units } from "../libraries/Units.sol";
import { AccountSlot } from "../types/AccountSlot.sol";
import { HoldingSlot } from "../types/HoldingSlot.sol";
import { MarketSlot, MarketSlotFields } from "../types/MarketSlot.sol";
import { OrderTerms } from "../types/OrderTerms.sol";
import { OrdersAndKeys } from "./OrdersAndKeys.sol";

/// @title The first half of settlement: reads markets and orders of a batch, loads every slot that they touch once,
/// and judges each order by itself.
abstract contract BatchOpening is OrdersAndKeys, EIP712 {
    using BatchReader for BatchReader.Frame;
    using BatchMemory for OrderTerms;

    /// @dev Reverts `BatchMalformed` when a table is out of order or an order names no market of the batch.
    function _open(BatchReader.Frame memory frame) internal view returns (BatchMemory.State memory) {
        uint256 count = frame.orderCount;
        BatchMemory.State memory state = BatchMemory.State({
            markets: _loadMarkets(frame),
            accounts: BatchMemory.accountArray(count),
            holdings: BatchMemory.holdingArray(count),
            lanes: BatchMemory.laneArray(count),
            orders: BatchMemory.orderArray(count),
            accountCount: 0,
            holdingCount: 0,
            laneCount: 0,
            feesMicro: 0
        });
        bytes32 domainSeparator = _domainSeparatorV4();
        uint256 accountStart;
        uint256 previousKey;
        for (uint256 i = 0; i < count; ++i) {
            (address maker, OrderTerms terms, bytes32 r, bytes32 vs) = frame.order(i);
            // Sorted by (maker, nonce): who shares an account or a lane with another order follows right after it.
            uint256 key = SlotKey.nonceOf(maker, terms.nonce());
            if (key < previousKey || terms.marketIndex() >= frame.marketCount) revert BatchMalformed();
            bool sameAccount = i != 0 && key >> 64 == previousKey >> 64;
            bool sameLane = i != 0 && key >> 3 == previousKey >> 3;
            previousKey = key;
            if (!sameAccount) {
                _loadAccount(state, maker);
                accountStart = state.holdingCount;
            }
            if (!sameLane) _loadLane(state, maker, terms);
            BatchMemory.MarketRecord memory market = state.markets[terms.marketIndex()];
            BatchMemory.OrderRecord memory order = BatchMemory.OrderRecord({
                terms: terms,
                yesLimit: terms.outcome() == 1 ? terms.price() : Units.PRICE_SCALE - terms.price(),
                reason: 0,
                account: state.accounts[state.accountCount - 1],
                holding: _holdingOf(state, maker, market, accountStart),
                lane: state.lanes[state.laneCount - 1]
            });
            bytes32 digest = OrderHash.digest(domainSeparator, maker, market.marketId, terms);
            order.reason = _judge(order, digest, r, vs);
            state.orders[i] = order;
        }
        return state;
    }

    function _loadMarkets(BatchReader.Frame memory frame)
        private
        view
        returns (BatchMemory.MarketRecord[] memory markets)
    {
        markets = BatchMemory.marketArray(frame.marketCount);
        uint64 previous;
        for (uint256 i = 0; i < markets.length; ++i) {
            uint64 marketId = frame.marketId(i);
            if (marketId <= previous) revert BatchMalformed();
            previous = marketId;
            markets[i] = BatchMemory.MarketRecord(marketId, _markets[marketId], 0);
        }
    }

    function _loadAccount(BatchMemory.State memory state, address maker) private view {
        AccountSlot slot = _accounts[maker];
        state.accounts[state.accountCount++] = BatchMemory.AccountRecord(maker, slot, slot.cashMicro());
    }

    function _loadLane(BatchMemory.State memory state, address maker, OrderTerms terms) private view {
        uint256 key = SlotKey.lane(maker, terms.nonce());
        uint256 word = _lanes[key];
        state.lanes[state.laneCount++] = BatchMemory.LaneRecord(key, word, word);
    }

    /// @dev The record of (maker, market): among those of the maker, which start at `accountStart`, or a new one.
    function _holdingOf(
        BatchMemory.State memory state,
        address maker,
        BatchMemory.MarketRecord memory market,
        uint256 accountStart
    ) private view returns (BatchMemory.HoldingRecord memory) {
        uint256 key = SlotKey.holding(maker, market.marketId);
        for (uint256 i = accountStart; i < state.holdingCount; ++i) {
            if (state.holdings[i].key == key) return state.holdings[i];
        }
        HoldingSlot slot = _holdings[key];
        BatchMemory.HoldingRecord memory holding = BatchMemory.HoldingRecord(key, market, slot, slot);
        state.holdings[state.holdingCount++] = holding;
        return holding;
    }

    /// @dev Why the order holds for no fill at all, or `SkipReason.NONE`.
    function _judge(BatchMemory.OrderRecord memory order, bytes32 digest, bytes32 r, bytes32 vs)
        private
        view
        returns (uint256)
    {
        OrderTerms terms = order.terms;
        MarketSlot market = order.holding.market.slot;
        if (market.status() != MarketSlotFields.OPEN) return SkipReason.MARKET_NOT_OPEN;
        if (block.timestamp > uint256(market.closeTime()) + SETTLEMENT_GRACE) return SkipReason.MARKET_CLOSED;
        if (terms.timeInForce() > 5) return SkipReason.TIME_IN_FORCE_INVALID;
        if (!_isPrice(terms.price(), market)) return SkipReason.PRICE_INVALID;
        uint256 quantity = terms.quantity();
        if (quantity == 0 || quantity == Units.CANCELLED) return SkipReason.QUANTITY_INVALID;
        uint256 expiry = terms.expiry();
        if (expiry != 0 && block.timestamp > expiry) return SkipReason.EXPIRED;
        if (terms.nonce() < order.account.slot.floorAt(block.timestamp)) return SkipReason.NONCE_BELOW_FLOOR;
        address maker = order.account.account;
        address signer = OrderSignature.recover(digest, r, vs);
        if (signer == address(0)) return SkipReason.SIGNATURE_INVALID;
        if (signer != maker && !_isDelegate(maker, signer)) return SkipReason.SIGNATURE_INVALID;
        return SkipReason.NONE;
    }

    /// @dev Within 1 … 999 ticks and on the market's step.
    function _isPrice(uint256 ticks, MarketSlot market) internal pure returns (bool) {
        return ticks != 0 && ticks < Units.PRICE_SCALE && ticks % market.priceStep() == 0;
    }

    function _filled(BatchMemory.OrderRecord memory order) internal pure returns (uint256) {
        return uint32(order.lane.current >> _laneShift(order.terms));
    }

    function _laneShift(OrderTerms terms) internal pure returns (uint256) {
        return SlotKey.laneShift(terms.nonce());
    }
}
