// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IExchangeEscrow } from "../interfaces/IExchangeEscrow.sol";
import { SlotKey } from "../libraries/SlotKey.sol";
import { Units } from "../libraries/Units.sol";
import { AccountSlot } from "../types/AccountSlot.sol";
import { ExchangeStorage } from "./ExchangeStorage.sol";

/// @title Cancels and delegates. Whatever takes a right away bites only after the exit delay, so that a fill that was
/// matched before it still settles.
abstract contract OrdersAndKeys is ExchangeStorage, IExchangeEscrow {
    uint40 internal constant ACTIVE = type(uint40).max;

    // ---- cancels ----

    /// @notice Refused while an earlier raise waits: its time was promised and must not be put off.
    /// @inheritdoc IExchangeEscrow
    function raiseCancelFloor(uint64 floor) external override {
        AccountSlot slot = _accounts[msg.sender];
        uint64 current = slot.floorAt(block.timestamp);
        uint40 pendingAt = slot.pendingAt();
        if (pendingAt > block.timestamp) revert TooEarly(pendingAt);
        if (floor <= current) revert FloorNotRaised();
        uint40 effectiveAt = _afterExitDelay();
        _accounts[msg.sender] = slot.withFloors(current, floor, effectiveAt);
        emit CancelFloorRaised(msg.sender, floor, effectiveAt);
    }

    /// @inheritdoc IExchangeEscrow
    function requestCancel(uint64[] calldata nonces) external override {
        uint40 effectiveAt = _afterExitDelay();
        for (uint256 i = 0; i < nonces.length; ++i) {
            uint256 key = SlotKey.nonceOf(msg.sender, nonces[i]);
            // A repeated request must not put off an earlier one.
            if (_cancels[key] != 0) continue;
            _cancels[key] = effectiveAt;
            emit CancelRequested(msg.sender, nonces[i], effectiveAt);
        }
    }

    /// @inheritdoc IExchangeEscrow
    function finalizeCancel(address account, uint64[] calldata nonces) external override {
        for (uint256 i = 0; i < nonces.length; ++i) {
            uint64 nonce = nonces[i];
            uint256 cancel = SlotKey.nonceOf(account, nonce);
            _requireDue(_cancels[cancel]);
            delete _cancels[cancel];
            // All ones in the nonce's 32 bits is the mark of a cancelled order.
            _lanes[SlotKey.lane(account, nonce)] |= Units.CANCELLED << SlotKey.laneShift(nonce);
            emit CancelFinalized(account, nonce);
        }
    }

    // ---- delegates ----

    /// @inheritdoc IExchangeEscrow
    function addDelegate(address delegate) external override {
        if (delegate == address(0) || delegate == msg.sender || _delegates[msg.sender][delegate] == ACTIVE) {
            revert DelegateInvalid();
        }
        _delegates[msg.sender][delegate] = ACTIVE;
        emit DelegateAdded(msg.sender, delegate);
    }

    /// @inheritdoc IExchangeEscrow
    function removeDelegate(address delegate) external override {
        if (_delegates[msg.sender][delegate] != ACTIVE) revert DelegateInvalid();
        uint40 effectiveAt = _afterExitDelay();
        _delegates[msg.sender][delegate] = effectiveAt;
        emit DelegateRemoved(msg.sender, delegate, effectiveAt);
    }

    // ---- internal ----

    function _isDelegate(address account, address delegate) internal view returns (bool) {
        return block.timestamp < _delegates[account][delegate];
    }
}
