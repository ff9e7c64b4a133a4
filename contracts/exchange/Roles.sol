// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ExchangeRoles } from "../ExchangeRoles.sol";
import { IExchangeMarkets } from "../interfaces/IExchangeMarkets.sol";
import { ExchangeStorage } from "./ExchangeStorage.sol";

/// @title What the admin and the guardian may do.
abstract contract Roles is ExchangeStorage, IExchangeMarkets {
    /// @dev The only contract on whose storage this code may run.
    address internal immutable _EXCHANGE;
    ExchangeRoles internal immutable _ROLES;
    bytes32 internal immutable _ADMIN_ROLE;
    bytes32 internal immutable _GUARDIAN_ROLE;
    bytes32 internal immutable _MARKET_CREATOR_ROLE;

    modifier onlyAdmin() {
        if (!_holds(_ADMIN_ROLE)) revert NotAdmin();
        _;
    }

    modifier onlyGuardian() {
        if (!_holds(_GUARDIAN_ROLE)) revert NotGuardian();
        _;
    }

    modifier onlyMarketCreator() {
        if (!_holds(_MARKET_CREATOR_ROLE)) revert NotMarketCreator();
        _;
    }

    constructor(ExchangeRoles roles_) {
        _EXCHANGE = msg.sender;
        _ROLES = roles_;
        _ADMIN_ROLE = roles_.DEFAULT_ADMIN_ROLE();
        _GUARDIAN_ROLE = roles_.GUARDIAN_ROLE();
        _MARKET_CREATOR_ROLE = roles_.MARKET_CREATOR_ROLE();
    }

    /// @inheritdoc IExchangeMarkets
    function setOperator(address operator_) external override onlyAdmin {
        _setOperator(operator_);
    }

    /// @inheritdoc IExchangeMarkets
    function collectFees(address to) external override onlyAdmin {
        uint256 micro = _totals.feesMicro;
        if (micro == 0) revert AmountZero();
        _totals.feesMicro = 0;
        emit FeesCollected(to, micro);
        _pushCollateral(to, micro);
    }

    /// @inheritdoc IExchangeMarkets
    function pauseTrading() external override onlyGuardian {
        _hot = _hot.withPaused(true);
        emit TradingPaused(msg.sender);
    }

    /// @inheritdoc IExchangeMarkets
    function resumeTrading() external override onlyGuardian {
        _hot = _hot.withPaused(false);
        emit TradingResumed(msg.sender);
    }

    /// @inheritdoc IExchangeMarkets
    function roles() external view override returns (address) {
        return address(_ROLES);
    }

    /// @dev Nobody holds a role at this code's own address: there no market ever comes to be, so that nothing else
    /// finds one either.
    function _holds(bytes32 role) private view returns (bool) {
        return address(this) == _EXCHANGE && _ROLES.hasRole(role, msg.sender);
    }
}
