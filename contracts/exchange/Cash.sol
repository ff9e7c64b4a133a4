// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IERC20Permit } from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { IExchangeEscrow } from "../interfaces/IExchangeEscrow.sol";
import { Units } from "../libraries/Units.sol";
import { ExchangeStorage } from "./ExchangeStorage.sol";

/// @title Cash in and out of escrow.
abstract contract Cash is ExchangeStorage, IExchangeEscrow, ReentrancyGuardTransient {
    /// @inheritdoc IExchangeEscrow
    function deposit(address account, uint256 amountMicro) external override nonReentrant {
        _deposit(account, amountMicro);
    }

    /// @inheritdoc IExchangeEscrow
    function depositWithPermit(
        address account,
        uint256 amountMicro,
        uint256 permitDeadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external override nonReentrant {
        // Anyone who saw the permit may have used it first: then the allowance stands, and the failure of a second use
        // means nothing. Without an allowance the transfer fails.
        // solhint-disable-next-line no-empty-blocks
        try IERC20Permit(address(_COLLATERAL)).permit(msg.sender, address(this), amountMicro, permitDeadline, v, r, s) {
            // solhint-disable-next-line no-empty-blocks
        } catch {}
        _deposit(account, amountMicro);
    }

    /// @inheritdoc IExchangeEscrow
    function requestWithdrawal(uint256 amountMicro) external override {
        if (amountMicro == 0) revert AmountZero();
        // More than is there now may be asked for, since fills may still be under way; more than ever can be may not.
        if (amountMicro > Units.MAX_ESCROW_MICRO) revert InsufficientCash(_accounts[msg.sender].cashMicro());
        uint40 executableAt = _afterExitDelay();
        _withdrawals[msg.sender] = ExitRequest(uint128(amountMicro), executableAt);
        emit WithdrawalRequested(msg.sender, amountMicro, executableAt);
    }

    /// @inheritdoc IExchangeEscrow
    function cancelWithdrawal() external override {
        if (_withdrawals[msg.sender].executableAt == 0) revert NothingRequested();
        delete _withdrawals[msg.sender];
        emit WithdrawalCancelled(msg.sender);
    }

    /// @inheritdoc IExchangeEscrow
    function executeWithdrawal(address account) external override nonReentrant {
        ExitRequest memory request = _withdrawals[account];
        _requireDue(request.executableAt);
        uint256 cash = _accounts[account].cashMicro();
        // Else anyone could use the request up while there is nothing to pay, or dust that they brought themselves.
        if (cash == 0 || (cash < request.amount && msg.sender != account)) revert InsufficientCash(cash);
        delete _withdrawals[account];
        _withdraw(account, request.amount < cash ? request.amount : cash, 0);
    }

    /// @dev Pays only the account itself.
    function _withdraw(address account, uint256 micro, uint64 releaseNonce) internal {
        _debitCash(account, micro);
        emit Withdrawn(account, micro, releaseNonce);
        _pushCollateral(account, micro);
    }

    function _deposit(address account, uint256 amountMicro) private {
        if (amountMicro == 0) revert AmountZero();
        _pullCollateral(msg.sender, amountMicro);
        _creditCash(account, amountMicro);
        emit Deposited(account, msg.sender, amountMicro);
    }
}
