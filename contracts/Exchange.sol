// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import { ExchangeStorage } from "./exchange/ExchangeStorage.sol";
import { Markets } from "./exchange/Markets.sol";
import { Releases } from "./exchange/Releases.sol";
import { Roles } from "./exchange/Roles.sol";
import { Settlement } from "./exchange/Settlement.sol";
import { ExchangeRoles } from "./ExchangeRoles.sol";
import { IExchange } from "./interfaces/IExchange.sol";
import { OrderHash } from "./libraries/OrderHash.sol";
import { SlotKey } from "./libraries/SlotKey.sol";
import { Units } from "./libraries/Units.sol";
import { AccountSlot } from "./types/AccountSlot.sol";
import { HoldingSlot } from "./types/HoldingSlot.sol";
import { MarketSlot } from "./types/MarketSlot.sol";

/// @title The Agon exchange; see `IExchange` for what it promises and `contracts/exchange/` for how.
/// @dev Immutable: no proxy, no upgrade, no call that moves a user's funds against the rules.
contract Exchange is ExchangeStorage, Markets, Releases, Settlement {
    /// @notice What an exchange is deployed with.
    struct Config {
        IERC20 collateral;
        address admin;
        /// Seconds that a handover of the admin waits.
        uint48 adminDelay;
        address operator;
        address marketCreator;
        address guardian;
        uint40 exitDelay;
        uint40 settlementGrace;
    }

    constructor(
        Config memory config
    )
        ExchangeStorage(config.collateral, config.exitDelay, config.settlementGrace)
        Roles(
            new ExchangeRoles(config.adminDelay, config.admin, config.marketCreator, config.guardian),
            config.operator
        )
        EIP712("Agon", "1")
    {}

    // ---- views: accounts ----

    /// @inheritdoc IExchange
    function cashOf(address account) external view override returns (uint256) {
        return _accounts[account].cashMicro();
    }

    /// @inheritdoc IExchange
    function sharesOf(address account, uint64 marketId) external view override returns (uint64 yesLots, uint64 noLots) {
        HoldingSlot slot = _holdings[SlotKey.holding(account, marketId)];
        return (uint64(slot.lotsOf(1)), uint64(slot.lotsOf(0)));
    }

    /// @inheritdoc IExchange
    function filledLots(address maker, uint64 nonce) external view override returns (uint32) {
        return uint32(_lanes[SlotKey.lane(maker, nonce)] >> SlotKey.laneShift(nonce));
    }

    /// @inheritdoc IExchange
    function cancelFloor(
        address account
    ) external view override returns (uint64 floor, uint64 pendingFloor, uint40 effectiveAt) {
        AccountSlot slot = _accounts[account];
        floor = slot.floorAt(block.timestamp);
        if (slot.pendingAt() > block.timestamp) (pendingFloor, effectiveAt) = (slot.pendingFloor(), slot.pendingAt());
    }

    /// @inheritdoc IExchange
    function cancelOf(address account, uint64 nonce) external view override returns (uint40) {
        return _cancels[SlotKey.nonceOf(account, nonce)];
    }

    /// @inheritdoc IExchange
    function isDelegate(address account, address delegate) external view override returns (bool) {
        return _isDelegate(account, delegate);
    }

    /// @inheritdoc IExchange
    function withdrawalOf(address account) external view override returns (uint256 amountMicro, uint40 executableAt) {
        ExitRequest memory request = _withdrawals[account];
        return (request.amount, request.executableAt);
    }

    /// @inheritdoc IExchange
    function exportOf(
        address account,
        uint64 marketId,
        uint8 outcome
    ) external view override returns (uint64 quantityLots, uint40 executableAt) {
        ExitRequest memory request = _exports[SlotKey.outcomeOf(account, marketId, outcome)];
        return (uint64(request.amount), request.executableAt);
    }

    // ---- views: markets ----

    /// @inheritdoc IExchange
    function market(uint64 marketId) external view override returns (Market memory) {
        MarketSlot slot = _existingMarket(marketId);
        MarketDetails memory details = _marketDetails[marketId];
        return
            Market({
                closeTime: slot.closeTime(),
                resolveDeadline: details.resolveDeadline,
                resolver: details.resolver,
                takerFeeBps: slot.takerFeeBps(),
                priceStep: slot.priceStep(),
                status: slot.status(),
                payoutYes: slot.payoutYes(),
                openInterestLots: slot.openInterestLots(),
                metadataHash: details.metadataHash
            });
    }

    /// @inheritdoc IExchange
    function marketCount() external view override returns (uint64) {
        return _totals.marketCount;
    }

    // ---- views: the whole ----

    /// @inheritdoc IExchange
    function lastBatchId() external view override returns (uint64) {
        return _hot.lastBatchId();
    }

    /// @inheritdoc IExchange
    function operator() external view override returns (address) {
        return _hot.operator();
    }

    /// @inheritdoc IExchange
    function tradingPaused() external view override returns (bool) {
        return _hot.paused();
    }

    /// @inheritdoc IExchange
    function totalCashMicro() external view override returns (uint256) {
        uint256 pairsMicro = _hot.openInterestLots() * Units.MICRO_PER_LOT;
        return _totals.collateralMicro - pairsMicro - _totals.unredeemedMicro - _totals.feesMicro;
    }

    /// @inheritdoc IExchange
    function totalOpenInterestLots() external view override returns (uint256) {
        return _hot.openInterestLots();
    }

    /// @inheritdoc IExchange
    function unredeemedMicro() external view override returns (uint256) {
        return _totals.unredeemedMicro;
    }

    /// @inheritdoc IExchange
    function accruedFeesMicro() external view override returns (uint256) {
        return _totals.feesMicro;
    }

    /// @inheritdoc IExchange
    function collateralMicro() external view override returns (uint256) {
        return _totals.collateralMicro;
    }

    /// @inheritdoc IExchange
    function collateral() external view override returns (address) {
        return address(_COLLATERAL);
    }

    /// @inheritdoc IExchange
    function outcomeTokens() external view override returns (address) {
        return address(_OUTCOME_TOKENS);
    }

    /// @inheritdoc IExchange
    function roles() external view override returns (address) {
        return address(_ROLES);
    }

    /// @inheritdoc IExchange
    function hashOrder(Order calldata order) external view override returns (bytes32) {
        return _hashTypedDataV4(OrderHash.hash(order));
    }

    /// @inheritdoc IExchange
    function hashRelease(Release calldata release) external view override returns (bytes32) {
        return _hashTypedDataV4(OrderHash.hash(release));
    }
}
