// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ExchangeRoles } from "../ExchangeRoles.sol";
import { IExchange } from "../interfaces/IExchange.sol";
import { ExchangeStorage } from "./ExchangeStorage.sol";

/// @title What the admin and the guardian may do.
abstract contract Roles is ExchangeStorage {
    ExchangeRoles internal immutable _ROLES;
    bytes32 internal immutable _ADMIN_ROLE;
    bytes32 internal immutable _GUARDIAN_ROLE;
    bytes32 internal immutable _MARKET_CREATOR_ROLE;

    modifier onlyAdmin() {
        if (!_ROLES.hasRole(_ADMIN_ROLE, msg.sender)) revert NotAdmin();
        _;
    }

    modifier onlyGuardian() {
        if (!_ROLES.hasRole(_GUARDIAN_ROLE, msg.sender)) revert NotGuardian();
        _;
    }

    modifier onlyMarketCreator() {
        if (!_ROLES.hasRole(_MARKET_CREATOR_ROLE, msg.sender)) revert NotMarketCreator();
        _;
    }

    constructor(ExchangeRoles roles_, address operator_) {
        _ROLES = roles_;
        _ADMIN_ROLE = roles_.DEFAULT_ADMIN_ROLE();
        _GUARDIAN_ROLE = roles_.GUARDIAN_ROLE();
        _MARKET_CREATOR_ROLE = roles_.MARKET_CREATOR_ROLE();
        _setOperator(operator_);
    }

    /// @inheritdoc IExchange
    function setOperator(address operator_) external override onlyAdmin {
        _setOperator(operator_);
    }

    /// @inheritdoc IExchange
    function collectFees(address to) external override onlyAdmin {
        uint256 micro = _totals.feesMicro;
        if (micro == 0) revert AmountZero();
        _totals.feesMicro = 0;
        emit FeesCollected(to, micro);
        _pushCollateral(to, micro);
    }

    /// @inheritdoc IExchange
    function pauseTrading() external override onlyGuardian {
        _hot = _hot.withPaused(true);
        emit TradingPaused(msg.sender);
    }

    /// @inheritdoc IExchange
    function resumeTrading() external override onlyGuardian {
        _hot = _hot.withPaused(false);
        emit TradingResumed(msg.sender);
    }

    function _setOperator(address operator_) private {
        if (operator_ == address(0)) revert ConfigInvalid();
        _hot = _hot.withOperator(operator_);
        emit OperatorSet(operator_);
    }
}
