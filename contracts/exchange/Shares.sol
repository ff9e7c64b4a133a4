// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IExchangeEscrow } from "../interfaces/IExchangeEscrow.sol";
import { SlotKey } from "../libraries/SlotKey.sol";
import { Units } from "../libraries/Units.sol";
import { HoldingSlot } from "../types/HoldingSlot.sol";
import { MarketSlot, MarketSlotFields } from "../types/MarketSlot.sol";
import { Cash } from "./Cash.sol";

/// @title Shares in and out of escrow, pairs made and ended outside of trading, redemption.
abstract contract Shares is Cash {
    // ---- export and import ----

    /// @inheritdoc IExchangeEscrow
    function requestExport(uint64 marketId, uint8 outcome, uint64 quantityLots) external override {
        _existingMarket(marketId);
        if (outcome > 1) revert OutcomeInvalid();
        if (quantityLots == 0) revert AmountZero();
        uint40 executableAt = _afterExitDelay();
        _exports[SlotKey.outcomeOf(msg.sender, marketId, outcome)] = ExitRequest(quantityLots, executableAt);
        emit ExportRequested(msg.sender, marketId, outcome, quantityLots, executableAt);
    }

    /// @inheritdoc IExchangeEscrow
    function cancelExport(uint64 marketId, uint8 outcome) external override {
        uint256 key = SlotKey.outcomeOf(msg.sender, marketId, outcome);
        if (_exports[key].executableAt == 0) revert NothingRequested();
        delete _exports[key];
        emit ExportCancelled(msg.sender, marketId, outcome);
    }

    /// @inheritdoc IExchangeEscrow
    function executeExport(address account, uint64 marketId, uint8 outcome) external override nonReentrant {
        uint256 key = SlotKey.outcomeOf(account, marketId, outcome);
        ExitRequest memory request = _exports[key];
        _requireDue(request.executableAt);
        uint256 held = _holdings[SlotKey.holding(account, marketId)].lotsOf(outcome);
        // Else anyone could use the request up while there is nothing to export, or hardly anything.
        if (held == 0 || (held < request.amount && msg.sender != account)) revert InsufficientShares(held);
        delete _exports[key];
        _export(account, marketId, outcome, request.amount < held ? request.amount : held, 0);
    }

    /// @inheritdoc IExchangeEscrow
    function importShares(uint64 marketId, uint8 outcome, uint64 quantityLots) external override nonReentrant {
        _existingMarket(marketId);
        if (outcome > 1) revert OutcomeInvalid();
        if (quantityLots == 0) revert AmountZero();
        _OUTCOME_TOKENS.burn(msg.sender, _tokenId(marketId, outcome), quantityLots);
        _creditShares(msg.sender, marketId, outcome, quantityLots);
        emit SharesImported(msg.sender, marketId, outcome, quantityLots);
    }

    // ---- pairs ----

    /// @inheritdoc IExchangeEscrow
    function split(uint64 marketId, uint64 quantityLots) external override nonReentrant {
        if (quantityLots == 0) revert AmountZero();
        // The market is read after the token's code ran, so that nothing it might do is overwritten.
        _pullCollateral(msg.sender, uint256(quantityLots) * Units.MICRO_PER_LOT);
        MarketSlot slot = _existingMarket(marketId);
        if (slot.status() != MarketSlotFields.OPEN || block.timestamp > slot.closeTime()) revert MarketNotOpen();
        _changeOpenInterest(marketId, slot, int256(uint256(quantityLots)));
        _creditShares(msg.sender, marketId, 0, quantityLots);
        _creditShares(msg.sender, marketId, 1, quantityLots);
        emit SharesSplit(msg.sender, marketId, quantityLots);
    }

    /// @inheritdoc IExchangeEscrow
    function mergeTokens(uint64 marketId, uint64 quantityLots) external override nonReentrant {
        if (quantityLots == 0) revert AmountZero();
        MarketSlot slot = _unresolvedMarket(marketId);
        _OUTCOME_TOKENS.burn(msg.sender, _tokenId(marketId, 0), quantityLots);
        _OUTCOME_TOKENS.burn(msg.sender, _tokenId(marketId, 1), quantityLots);
        _changeOpenInterest(marketId, slot, -int256(uint256(quantityLots)));
        emit TokensMerged(msg.sender, marketId, quantityLots);
        _pushCollateral(msg.sender, uint256(quantityLots) * Units.MICRO_PER_LOT);
    }

    // ---- redemption ----

    /// @inheritdoc IExchangeEscrow
    function redeem(address account, uint64 marketId) external override {
        MarketSlot slot = _resolvedMarket(marketId);
        uint256 key = SlotKey.holding(account, marketId);
        HoldingSlot holding = _holdings[key];
        uint256 yesLots = holding.lotsOf(1);
        uint256 noLots = holding.lotsOf(0);
        if (yesLots + noLots == 0) revert InsufficientShares(0);
        _holdings[key] = HoldingSlot.wrap(0);
        uint256 micro = _payOut(slot, yesLots, noLots);
        _creditCash(account, micro);
        emit Redeemed(account, marketId, uint64(yesLots), uint64(noLots), micro);
    }

    /// @inheritdoc IExchangeEscrow
    function redeemTokens(uint64 marketId) external override nonReentrant {
        MarketSlot slot = _resolvedMarket(marketId);
        uint256 yesLots = _OUTCOME_TOKENS.balanceOf(msg.sender, _tokenId(marketId, 1));
        uint256 noLots = _OUTCOME_TOKENS.balanceOf(msg.sender, _tokenId(marketId, 0));
        if (yesLots + noLots == 0) revert InsufficientShares(0);
        if (yesLots > 0) _OUTCOME_TOKENS.burn(msg.sender, _tokenId(marketId, 1), yesLots);
        if (noLots > 0) _OUTCOME_TOKENS.burn(msg.sender, _tokenId(marketId, 0), noLots);
        uint256 micro = _payOut(slot, yesLots, noLots);
        emit TokensRedeemed(msg.sender, marketId, uint64(yesLots), uint64(noLots), micro);
        _pushCollateral(msg.sender, micro);
    }

    // ---- internal ----

    /// @dev Mints to the account itself only.
    function _export(address account, uint64 marketId, uint8 outcome, uint256 lots, uint64 releaseNonce) internal {
        _debitShares(account, marketId, outcome, lots);
        emit SharesExported(account, marketId, outcome, uint64(lots), releaseNonce);
        _OUTCOME_TOKENS.mint(account, _tokenId(marketId, outcome), lots);
    }

    /// @dev Worth of shares at the market's payout: exact, since a payout is a whole number of ticks.
    function _payOut(MarketSlot slot, uint256 yesLots, uint256 noLots) private returns (uint256 micro) {
        uint256 payoutYes = slot.payoutYes();
        micro = (yesLots * payoutYes + noLots * (Units.PRICE_SCALE - payoutYes)) * Units.MICRO_PER_TICK_LOT;
        _totals.unredeemedMicro -= uint64(micro);
    }
}
