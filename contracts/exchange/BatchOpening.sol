// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import { BatchReader } from "../libraries/BatchReader.sol";
import { OrderHash } from "../libraries/OrderHash.sol";
import { OrderSignature } from "../libraries/OrderSignature.sol";
import { OrderUnpacking } from "../libraries/OrderUnpacking.sol";
import { SkipReason } from "../libraries/SkipReason.sol";
import { SlotKey } from "../libraries/SlotKey.sol";
import { Units } from "../libraries/Units.sol";
import { AccountSlot } from "../types/AccountSlot.sol";
import { MarketRecord, MarketRecords, OrderRecord, OrderRecords } from "../types/BatchRecords.sol";
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
        order.create(entry, frame.marketRecords);
        // Sorted by (maker, nonce): who shares an account or a lane with another order follows right after it.
        uint256 key = order.key();
        uint256 previousKey = order.before().key();
        uint256 market = MarketRecord.unwrap(order.market());
        if (_either(key < previousKey, market >= frame.marketRecordsEnd)) revert BatchMalformed();
        uint256 changed = key ^ previousKey;
        if (changed >> 64 != 0) _loadAll(order);
        else _share(order, changed);
    }

    /// @dev Loads account, lane and holding of a maker's first order.
    function _loadAll(OrderRecord order) private view {
        order.setAccount(order.ownAccount());
        order.ownAccount().load(order.maker(), _accountsBase());
        order.setLane(order.ownLane());
        order.ownLane().load(order.key() >> 3, _lanesBase());
        order.setHolding(order.ownHolding());
        order.ownHolding().load(SlotKey.join(order.maker(), order.market().marketId()), _holdingsBase());
    }

    /// @dev Shares what an order can with the orders of its maker before it, and loads the rest. As `_loadAll`, but not
    /// on the way that most orders take.
    function _share(OrderRecord order, uint256 changed) private view {
        order.setAccount(order.before().account());
        if (changed >> 3 != 0) {
            order.setLane(order.ownLane());
            order.ownLane().load(order.key() >> 3, _lanesBase());
        } else {
            order.setLane(order.before().lane());
        }
        if (!_findHolding(order)) {
            order.setHolding(order.ownHolding());
            order.ownHolding().load(SlotKey.join(order.maker(), order.market().marketId()), _holdingsBase());
        }
    }

    /// @dev Gives the order the holding of an earlier order of its maker in the same market, if there is one.
    function _findHolding(OrderRecord order) private pure returns (bool) {
        OrderRecord found = order.before();
        if (!found.holding().equals(found.ownHolding())) found = found.earlier();
        order.setEarlier(found);
        while (OrderRecord.unwrap(found) != 0) {
            if (found.market().equals(order.market())) {
                order.setHolding(found.ownHolding());
                return true;
            }
            found = found.earlier();
        }
        return false;
    }

    function _accountsBase() private pure returns (uint256 base) {
        assembly ("memory-safe") {
            base := _accounts.slot
        }
    }

    function _holdingsBase() private pure returns (uint256 base) {
        assembly ("memory-safe") {
            base := _holdings.slot
        }
    }

    function _lanesBase() private pure returns (uint256 base) {
        assembly ("memory-safe") {
            base := _lanes.slot
        }
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
        uint256 doubts = OrderUnpacking.unpack(order, workspace, lastExpired);
        if (doubts != 0) {
            uint256 reason = _judgeTerms(order);
            if (reason != SkipReason.NONE) {
                order.refuse(reason);
                return;
            }
        }
        (bytes32 r, bytes32 vs) = BatchReader.signatureEntry(entry);
        uint256 signer = OrderSignature.recover(OrderHash.digest(workspace), r, vs);
        // The signer of nothing is zero.
        if (_either(signer == 0, signer != order.maker())) {
            if (!_isSignedByDelegate(order, signer)) order.refuse(SkipReason.SIGNATURE_INVALID);
        }
    }

    /// @dev Why an order holds for no fill, its signature left aside, or `SkipReason.NONE`: what `OrderUnpacking` asks,
    /// one after the other.
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

    function _isSignedByDelegate(OrderRecord order, uint256 signer) private view returns (bool) {
        return signer != 0 && _isDelegate(address(uint160(order.maker())), address(uint160(signer)));
    }

    /// @dev Without the branch of `||`.
    function _either(bool one, bool other) internal pure returns (bool either) {
        assembly ("memory-safe") {
            either := or(one, other)
        }
    }
}
