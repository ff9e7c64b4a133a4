// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { IExchangeMarkets } from "../interfaces/IExchangeMarkets.sol";
import { IMarketResolver } from "../interfaces/IMarketResolver.sol";
import { Units } from "../libraries/Units.sol";
import { MarketSlot, MarketSlotFields } from "../types/MarketSlot.sol";
import { Roles } from "./Roles.sol";

/// @title Creation and resolution of markets.
abstract contract Markets is Roles, ReentrancyGuardTransient {
    /// @inheritdoc IExchangeMarkets
    uint40 public constant override PROPOSAL_VOID_DELAY = 7 days;

    /// @inheritdoc IExchangeMarkets
    uint40 public constant override MAX_RESOLVE_PERIOD = 365 days;

    uint256 internal constant _MAX_SLUG_BYTES = 100;
    uint256 internal constant _MAX_QUESTION_BYTES = 1_200;
    uint256 private constant _MAX_RULES_BYTES = 16_000;
    uint256 private constant _MAX_CATEGORY_BYTES = 160;

    // ---- creation ----

    /// @inheritdoc IExchangeMarkets
    function createMarket(
        MarketParams calldata params
    ) external override nonReentrant onlyMarketCreator returns (uint64 marketId) {
        _requireNotPaused();
        marketId = _createMarket(params, 0);
        _tellResolver(params.resolver, marketId, params.resolverData);
    }

    // ---- resolution ----

    /// @inheritdoc IExchangeMarkets
    function propose(uint64 marketId, uint16 payoutYes) external override {
        MarketSlot slot = _resolvableLone(marketId, payoutYes);
        _noteProposal(marketId);
        _setProposed(marketId, slot, payoutYes);
    }

    /// @notice Resolver only, not before the close plus `SETTLEMENT_GRACE`. Final.
    /// @inheritdoc IExchangeMarkets
    function resolve(uint64 marketId, uint16 payoutYes) external override {
        MarketSlot slot = _resolvableLone(marketId, payoutYes);
        _setFinal(marketId, slot, MarketSlotFields.RESOLVED, payoutYes);
        _owe(slot.openInterestLots());
    }

    /// @inheritdoc IExchangeMarkets
    function voidMarket(uint64 marketId) external override {
        MarketSlot slot = _unresolvedMarket(marketId);
        _requireLone(marketId);
        _requireVoidable(marketId, slot);
        _setFinal(marketId, slot, MarketSlotFields.VOID, Units.PAR);
        _owe(slot.openInterestLots());
    }

    // ---- internal: creation ----

    /// @param memberNumber From 1 on in a group; 0 for a market in none.
    function _createMarket(MarketParams memory params, uint16 memberNumber) internal returns (uint64 marketId) {
        _requireValid(params);
        marketId = ++_totals.marketCount;
        _markets[marketId] = MarketSlotFields.create(params.closeTime, params.takerFeeBps, params.priceStep);
        _marketDetails[marketId] = MarketDetails({
            resolver: params.resolver,
            resolveDeadline: params.resolveDeadline,
            firstProposedAt: 0,
            memberNumber: memberNumber,
            metadataHash: keccak256(abi.encode(params.slug, params.question, params.rules, params.category))
        });
        emit MarketCreated(
            marketId,
            memberNumber == 0 ? 0 : marketId + 1 - memberNumber,
            params.resolver,
            params.slug,
            params.question,
            params.rules,
            params.category,
            params.closeTime,
            params.resolveDeadline,
            params.takerFeeBps,
            params.priceStep
        );
    }

    function _requireValid(MarketParams memory params) private view {
        bool valid =
            _fits(params.slug, 1, _MAX_SLUG_BYTES) &&
                _fits(params.question, 1, _MAX_QUESTION_BYTES) &&
                _fits(params.rules, 0, _MAX_RULES_BYTES) &&
                _fits(params.category, 0, _MAX_CATEGORY_BYTES) &&
                params.closeTime > block.timestamp &&
                // The resolver may act from the end of the grace on: it has at least the exit delay to do so.
                params.resolveDeadline >= uint256(params.closeTime) + SETTLEMENT_GRACE + EXIT_DELAY &&
                params.resolveDeadline <= uint256(params.closeTime) + MAX_RESOLVE_PERIOD &&
                params.resolver != address(0) &&
                params.takerFeeBps <= Units.BPS_SCALE &&
                (params.priceStep == 1 || params.priceStep == 10);
        if (!valid) revert MarketParamsInvalid();
    }

    function _fits(string memory text, uint256 min, uint256 max) internal pure returns (bool) {
        return bytes(text).length >= min && bytes(text).length <= max;
    }

    /// @dev Last, when the market or the whole group stands: the resolver is code that its creator chose.
    function _tellResolver(address resolver, uint64 marketId, bytes calldata data) internal {
        if (data.length != 0) IMarketResolver(resolver).marketCreated(marketId, data);
    }

    // ---- internal: resolution ----

    /// @dev A group's terms are its first member's: `marketId` may be one.
    function _requireResolvable(uint64 marketId, MarketSlot slot) internal view {
        if (msg.sender != _marketDetails[marketId].resolver) revert NotResolver();
        // Later than the last moment at which a fill may still settle.
        uint40 lastFillAt = slot.closeTime() + SETTLEMENT_GRACE;
        if (block.timestamp <= lastFillAt) revert TooEarly(lastFillAt + 1);
    }

    function _requireVoidable(uint64 marketId, MarketSlot slot) internal view {
        MarketDetails storage details = _marketDetails[marketId];
        uint40 deadline = details.resolveDeadline;
        if (slot.status() == MarketSlotFields.PROPOSED) {
            uint40 proposalDeadline = details.firstProposedAt + PROPOSAL_VOID_DELAY;
            if (proposalDeadline > deadline) deadline = proposalDeadline;
        }
        if (block.timestamp <= deadline) revert TooEarly(deadline + 1);
    }

    /// @dev A later proposal does not put the void off any further, so that it comes at last.
    function _noteProposal(uint64 marketId) internal {
        MarketDetails storage details = _marketDetails[marketId];
        if (details.firstProposedAt == 0) details.firstProposedAt = uint40(block.timestamp);
    }

    function _setProposed(uint64 marketId, MarketSlot slot, uint256 payoutYes) internal {
        _markets[marketId] = slot.withStatus(MarketSlotFields.PROPOSED, 0);
        emit MarketProposed(marketId, uint16(payoutYes));
    }

    function _setFinal(uint64 marketId, MarketSlot slot, uint256 status, uint256 payoutYes) internal {
        _markets[marketId] = slot.withStatus(status, payoutYes);
        emit MarketResolved(marketId, uint16(payoutYes), status == MarketSlotFields.VOID);
    }

    /// @dev `lots` stop being pairs of an unresolved market and become money owed to the holders of its shares.
    function _owe(uint256 lots) internal {
        _hot = _hot.withOpenInterest(_hot.openInterestLots() - lots);
        _totals.unredeemedMicro += uint64(lots * Units.MICRO_PER_LOT);
    }

    function _resolvableLone(uint64 marketId, uint16 payoutYes) private view returns (MarketSlot slot) {
        slot = _unresolvedMarket(marketId);
        _requireLone(marketId);
        _requireResolvable(marketId, slot);
        if (payoutYes > Units.PRICE_SCALE) revert PayoutInvalid();
    }

    function _requireLone(uint64 marketId) private view {
        if (_marketDetails[marketId].memberNumber != 0) revert MarketInGroup();
    }
}
