// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import { BatchReader } from "../libraries/BatchReader.sol";
import { MappingSlot } from "../libraries/MappingSlot.sol";
import { OrderHash } from "../libraries/OrderHash.sol";
import { OrderSignature } from "../libraries/OrderSignature.sol";
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
            uint256 marketCount = frame.marketCount;
            uint256 marketRecords = frame.marketRecords;
            OrderRecord order = OrderRecord.wrap(frame.orderRecords);
            uint256 end = frame.fillTable;
            bytes32 domainSeparator = _domainSeparatorV4();
            uint256 previousKey;
            // Of the previous order, and of this one as soon as they are found.
            AccountRecord account;
            LaneRecord lane;
            // The head of the maker's chain of holdings.
            HoldingRecord newest;
            for (uint256 entry = frame.orderTable; entry < end; entry += BatchReader.ORDER_BYTES) {
                (address maker, OrderTerms terms, bytes32 r, bytes32 vs) = BatchReader.orderEntry(entry);
                if (terms.marketIndex() >= marketCount) revert BatchMalformed();
                // Sorted by (maker, nonce): who shares an account or a lane with another order follows right after it.
                uint256 key = SlotKey.nonceOf(maker, terms.nonce());
                if (key < previousKey) revert BatchMalformed();
                uint256 changed = AccountRecord.unwrap(account) == 0 ? type(uint256).max : key ^ previousKey;
                previousKey = key;

                MarketRecord market = MarketRecords.nth(marketRecords, terms.marketIndex());
                if (changed >> 64 != 0) {
                    account = order.ownAccount();
                    _loadAccount(account, maker);
                    newest = HoldingRecord.wrap(0);
                }
                if (changed >> 3 != 0) {
                    lane = order.ownLane();
                    _loadLane(lane, key >> 3);
                }
                HoldingRecord holding = _findHolding(newest, terms.marketIndex());
                if (HoldingRecord.unwrap(holding) == 0) {
                    holding = order.ownHolding();
                    _loadHolding(holding, newest, terms.marketIndex(), SlotKey.holding(maker, market.marketId()));
                    newest = holding;
                }
                uint256 price = terms.price();
                order.create(terms, terms.outcome() == 1 ? price : Units.PRICE_SCALE - price, account, holding, lane);

                uint256 reason = market.reason();
                if (reason == SkipReason.NONE) reason = _judgeTerms(terms, market.slot(), account.stored());
                if (reason == SkipReason.NONE) {
                    bytes32 digest = OrderHash.digest(domainSeparator, maker, market.marketId(), terms);
                    address signer = OrderSignature.recover(digest, r, vs);
                    if (signer != maker && !_isDelegate(maker, signer)) reason = SkipReason.SIGNATURE_INVALID;
                    if (signer == address(0)) reason = SkipReason.SIGNATURE_INVALID;
                }
                order.setReason(reason);
                order = OrderRecord.wrap(OrderRecord.unwrap(order) + OrderRecords.BYTES);
            }
        }
    }

    // ---- loading ----

    function _loadAccount(AccountRecord account, address maker) private view {
        uint256 base;
        assembly {
            base := _accounts.slot
        }
        uint256 storageSlot = MappingSlot.locate(uint160(maker), base);
        account.create(uint160(maker), storageSlot, AccountSlot.wrap(MappingSlot.load(storageSlot)));
    }

    function _loadLane(LaneRecord lane, uint256 key) private view {
        uint256 base;
        assembly {
            base := _lanes.slot
        }
        uint256 storageSlot = MappingSlot.locate(key, base);
        lane.create(storageSlot, MappingSlot.load(storageSlot));
    }

    function _loadHolding(
        HoldingRecord holding,
        HoldingRecord previous,
        uint256 marketIndex,
        uint256 key
    ) private view {
        uint256 base;
        assembly {
            base := _holdings.slot
        }
        uint256 storageSlot = MappingSlot.locate(key, base);
        holding.create(marketIndex, storageSlot, HoldingSlot.wrap(MappingSlot.load(storageSlot)), previous);
    }

    /// @dev The holding with `marketIndex` in the chain from `newest` back, or 0.
    function _findHolding(HoldingRecord newest, uint256 marketIndex) private pure returns (HoldingRecord holding) {
        holding = newest;
        while (HoldingRecord.unwrap(holding) != 0 && holding.marketIndex() != marketIndex) {
            holding = holding.previous();
        }
    }

    // ---- judging ----

    /// @dev Why a market takes no fills now, or `SkipReason.NONE`.
    function _judgeMarket(MarketSlot slot) private view returns (uint256) {
        if (slot.status() != MarketSlotFields.OPEN) return SkipReason.MARKET_NOT_OPEN;
        if (block.timestamp > uint256(slot.closeTime()) + SETTLEMENT_GRACE) return SkipReason.MARKET_CLOSED;
        return SkipReason.NONE;
    }

    /// @dev Why an order of an open market holds for no fill, its signature left aside.
    function _judgeTerms(OrderTerms terms, MarketSlot market, AccountSlot account) private view returns (uint256) {
        unchecked {
            if (terms.timeInForce() > 5) return SkipReason.TIME_IN_FORCE_INVALID;
            uint256 price = terms.price();
            if (price - 1 >= Units.PRICE_SCALE - 1 || price % market.priceStep() != 0) {
                return SkipReason.PRICE_INVALID;
            }
            // Neither 0 nor the mark of a cancelled order, 2^32 - 1.
            if (terms.quantity() - 1 >= Units.CANCELLED - 1) return SkipReason.QUANTITY_INVALID;
            uint256 expiry = terms.expiry();
            // As at a market's close: what was matched before the expiry may settle after it.
            if (expiry != 0 && block.timestamp > expiry + SETTLEMENT_GRACE) return SkipReason.EXPIRED;
            if (terms.nonce() < account.floorAt(block.timestamp)) return SkipReason.NONCE_BELOW_FLOOR;
            return SkipReason.NONE;
        }
    }
}
