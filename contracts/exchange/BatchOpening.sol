// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import { BatchReader } from "../libraries/BatchReader.sol";
import { OrderHash } from "../libraries/OrderHash.sol";
import { OrderSignature } from "../libraries/OrderSignature.sol";
import { SkipReason } from "../libraries/SkipReason.sol";
import { SlotKey } from "../libraries/SlotKey.sol";
import { Units } from "../libraries/Units.sol";
import { AccountSlot } from "../types/AccountSlot.sol";
import { MarketRecord, MarketRecords, OrderRecord, OrderRecords, SlotRecord } from "../types/BatchRecords.sol";
import { MarketSlot, MarketSlotFields } from "../types/MarketSlot.sol";
import { OrderTerms } from "../types/OrderTerms.sol";
import { OrdersAndKeys } from "./OrdersAndKeys.sol";

/// @title The first half of settlement: reads markets and orders of a batch, loads every slot that they touch once,
/// and judges each order by itself.
/// @dev Unchecked throughout: counts have 16 bits, and the numbers of an order have the bits of their fields.
abstract contract BatchOpening is OrdersAndKeys, EIP712 {
    /// @dev Reverts `BatchMalformed` when the markets do not rise.
    function _openMarkets(BatchReader.Frame memory frame) internal view {
        unchecked {
            uint256 previousId;
            uint256 record = frame.marketRecords;
            uint256 end = frame.orderTable;
            for (uint256 entry = frame.marketTable; entry < end; entry += BatchReader.MARKET_BYTES) {
                uint256 marketId = BatchReader.marketEntry(entry);
                if (marketId <= previousId) revert BatchMalformed();
                previousId = marketId;
                MarketSlot slot = _markets[marketId];
                MarketRecord.wrap(record).create(marketId, slot, _judgeMarket(slot));
                record += MarketRecords.BYTES;
            }
        }
    }

    /// @dev Reverts `BatchMalformed` when the orders are not sorted, or one names no market of the batch.
    function _openOrders(BatchReader.Frame memory frame) internal view {
        unchecked {
            uint256 workspace = OrderHash.workspace(_domainSeparatorV4());
            uint256 lastExpired = _lastExpired();
            _openBlank(OrderRecord.wrap(frame.orderRecords).before());
            uint256 entry = frame.orderTable;
            uint256 end = frame.orderRecordsEnd;
            for (uint256 record = frame.orderRecords; record < end; record += OrderRecords.BYTES) {
                OrderRecord order = OrderRecord.wrap(record);
                _place(frame, order, entry);
                _judge(order, entry, workspace, lastExpired);
                entry += BatchReader.ORDER_BYTES;
            }
        }
    }

    // ---- loading ----

    /// @dev The blank order before the first one is of the zero address, with account and lane that are not loaded.
    /// Real orders of that address share them, which does not matter: it signs nothing.
    function _openBlank(OrderRecord blank) private pure {
        blank.setAccount(blank.ownAccount());
        blank.setLane(blank.ownLane());
    }

    /// @dev Finds the order's market, account, lane and holding: of the maker's orders before it in the batch, or in
    /// storage.
    function _place(BatchReader.Frame memory frame, OrderRecord order, uint256 entry) private view {
        (uint256 maker, OrderTerms terms) = BatchReader.orderEntry(entry);
        MarketRecord market = MarketRecords.nth(frame.marketRecords, terms.marketIndex());
        // Sorted by (maker, nonce): who shares an account or a lane with another order follows right after it.
        uint256 key = SlotKey.join(maker, terms.nonce());
        uint256 previousKey = order.before().key();
        if (_either(key < previousKey, MarketRecord.unwrap(market) >= frame.marketRecordsEnd)) {
            revert BatchMalformed();
        }
        order.create(terms, key, market);
        uint256 changed = key ^ previousKey;
        if (changed >> 64 != 0) {
            _loadAccount(order);
            _loadLane(order);
            _loadHolding(order);
            return;
        }
        order.setAccount(order.before().account());
        if (changed >> 3 != 0) _loadLane(order);
        else order.setLane(order.before().lane());
        _findHolding(order);
    }

    function _loadAccount(OrderRecord order) private view {
        uint256 base;
        assembly ("memory-safe") {
            base := _accounts.slot
        }
        SlotRecord account = order.ownAccount();
        account.load(order.maker(), base);
        order.setAccount(account);
    }

    function _loadLane(OrderRecord order) private view {
        uint256 base;
        assembly ("memory-safe") {
            base := _lanes.slot
        }
        SlotRecord lane = order.ownLane();
        lane.load(order.key() >> 3, base);
        order.setLane(lane);
    }

    function _loadHolding(OrderRecord order) private view {
        uint256 base;
        assembly ("memory-safe") {
            base := _holdings.slot
        }
        SlotRecord holding = order.ownHolding();
        holding.load(SlotKey.join(order.maker(), order.market().marketId()), base);
        order.setHolding(holding);
    }

    /// @dev Gives the order the holding of an earlier order of its maker in the same market, or else one of its own.
    function _findHolding(OrderRecord order) private view {
        OrderRecord found = order.before();
        if (!found.holding().equals(found.ownHolding())) found = found.earlier();
        order.setEarlier(found);
        while (OrderRecord.unwrap(found) != 0) {
            if (found.market().equals(order.market())) {
                order.setHolding(found.ownHolding());
                return;
            }
            found = found.earlier();
        }
        _loadHolding(order);
    }

    // ---- judging ----

    /// @dev Why a market takes no fills now, or `SkipReason.NONE`.
    function _judgeMarket(MarketSlot slot) private view returns (uint256) {
        if (slot.status() != MarketSlotFields.OPEN) return SkipReason.MARKET_NOT_OPEN;
        if (block.timestamp > uint256(slot.closeTime()) + SETTLEMENT_GRACE) return SkipReason.MARKET_CLOSED;
        return SkipReason.NONE;
    }

    /// @dev Says at which prices the order trades, or why it holds for no fill.
    function _judge(OrderRecord order, uint256 entry, uint256 workspace, uint256 lastExpired) private view {
        if (_doubts(order, lastExpired) != 0) {
            uint256 reason = _judgeTerms(order);
            if (reason != SkipReason.NONE) {
                order.refuse(reason);
                return;
            }
        }
        uint256 maker = order.maker();
        bytes32 digest = OrderHash.digest(workspace, maker, order.market().marketId(), order.terms());
        (bytes32 r, bytes32 vs) = BatchReader.signatureEntry(entry);
        uint256 signer = OrderSignature.recover(digest, r, vs);
        if (_either(signer == 0, signer != maker) && !_isSignedByDelegate(maker, signer)) {
            order.refuse(SkipReason.SIGNATURE_INVALID);
            return;
        }
        order.setLimit(order.terms().ladderLimit());
    }

    /// @dev Zero when all that `_judgeTerms` asks surely holds: the same comparisons, together and without branches;
    /// and a nonce below a floor that is not in force yet raises a doubt too.
    function _doubts(OrderRecord order, uint256 lastExpired) private pure returns (uint256 doubts) {
        doubts = order.market().reason();
        OrderTerms terms = order.terms();
        uint256 step = order.market().slot().priceStep();
        uint256 scale = Units.PRICE_SCALE;
        uint256 price = terms.price();
        uint256 timeInForce = terms.timeInForce();
        uint256 quantity = terms.quantity();
        uint256 expiry = terms.expiry();
        uint256 nonce = terms.nonce();
        uint256 pendingFloor = AccountSlot.wrap(order.account().current()).pendingFloor();
        // One less than 0 is more than anything: so 0 is no price, no quantity, and no expiry that is past.
        assembly ("memory-safe") {
            doubts := or(doubts, or(gt(timeInForce, 5), or(gt(sub(price, 1), sub(scale, 2)), mod(price, step))))
            doubts := or(doubts, gt(sub(quantity, 1), 0xfffffffd))
            doubts := or(doubts, lt(sub(expiry, 1), lastExpired))
            doubts := or(doubts, lt(nonce, pendingFloor))
        }
    }

    /// @dev Why an order holds for no fill, its signature left aside, or `SkipReason.NONE`.
    function _judgeTerms(OrderRecord order) private view returns (uint256) {
        unchecked {
            MarketRecord market = order.market();
            if (market.reason() != SkipReason.NONE) return market.reason();
            OrderTerms terms = order.terms();
            if (terms.timeInForce() > 5) return SkipReason.TIME_IN_FORCE_INVALID;
            uint256 price = terms.price();
            if (price - 1 >= Units.PRICE_SCALE - 1 || price % market.slot().priceStep() != 0) {
                return SkipReason.PRICE_INVALID;
            }
            // Neither 0 nor the mark of a cancelled order, 2^32 - 1.
            if (terms.quantity() - 1 >= Units.CANCELLED - 1) return SkipReason.QUANTITY_INVALID;
            uint256 expiry = terms.expiry();
            if (expiry != 0 && expiry <= _lastExpired()) return SkipReason.EXPIRED;
            AccountSlot account = AccountSlot.wrap(order.account().current());
            if (terms.nonce() < account.floorAt(block.timestamp)) return SkipReason.NONCE_BELOW_FLOOR;
            return SkipReason.NONE;
        }
    }

    /// @dev The latest expiry whose orders settle no more. As at a market's close: what was matched before the expiry
    /// may settle after it.
    function _lastExpired() private view returns (uint256) {
        unchecked {
            uint256 grace = SETTLEMENT_GRACE;
            return block.timestamp > grace ? block.timestamp - grace - 1 : 0;
        }
    }

    /// @dev The signer of nothing is zero, which is nobody's delegate either.
    function _isSignedByDelegate(uint256 maker, uint256 signer) private view returns (bool) {
        return signer != 0 && _isDelegate(address(uint160(maker)), address(uint160(signer)));
    }

    /// @dev Without the branch of `||`.
    function _either(bool one, bool other) internal pure returns (bool either) {
        assembly ("memory-safe") {
            either := or(one, other)
        }
    }
}
