// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IExchangeMarkets } from "../interfaces/IExchangeMarkets.sol";
import { Units } from "../libraries/Units.sol";
import { MarketSlot, MarketSlotFields } from "../types/MarketSlot.sol";
import { Markets } from "./Markets.sol";

/// @title Groups of markets of which exactly one comes true.
/// @dev Why the books close. Let p be the payouts, which sum to 1000 over a group, and let every member have E more
/// YES than NO outstanding, the group's `excessYesLots`. Then what the group owes, in thousandths of a lot's worth, is
/// the sum over its members of (NO + E) * p + NO * (1000 - p), which is 1000 * (the sum of NO) + 1000 * E, whatever
/// the payouts are. So it is known before the outcome is: the open interest of the members, which counts NO, plus E.
/// Trades and pairs change YES and NO of a member alike and leave E. A conversion of k NO into the other YES and
/// k - 1 collateral takes k from the sum of NO and adds 1 to E (each member in the set has a NO less, each other one
/// a YES more): it lowers what is owed by the k - 1 that it pays. The reverse raises it by what it takes.
abstract contract Groups is Markets {
    /// @inheritdoc IExchangeMarkets
    uint16 public constant override MAX_GROUP_MEMBERS = 64;

    // ---- creation ----

    /// @inheritdoc IExchangeMarkets
    function createGroup(
        GroupParams calldata params
    ) external override nonReentrant onlyMarketCreator returns (uint64 groupId) {
        _requireNotPaused();
        uint256 count = params.members.length;
        bool valid =
            count > 1 &&
                count <= MAX_GROUP_MEMBERS &&
                _fits(params.slug, 1, _MAX_SLUG_BYTES) &&
                _fits(params.title, 1, _MAX_QUESTION_BYTES);
        if (!valid) revert GroupParamsInvalid();
        groupId = _totals.marketCount + 1;
        _groups[groupId] = Group({ memberCount: uint16(count), excessYesLots: 0 });
        emit GroupCreated(groupId, uint16(count), params.slug, params.title);
        for (uint256 i = 0; i < count; ++i) {
            GroupMember calldata member = params.members[i];
            MarketParams memory market = MarketParams({
                slug: member.slug,
                question: member.question,
                rules: member.rules,
                category: params.category,
                closeTime: params.closeTime,
                resolveDeadline: params.resolveDeadline,
                resolver: params.resolver,
                takerFeeBps: params.takerFeeBps,
                priceStep: params.priceStep,
                resolverData: ""
            });
            _createMarket(market, uint16(i + 1));
        }
        _tellResolver(params.resolver, groupId, params.resolverData);
    }

    // ---- resolution ----

    /// @inheritdoc IExchangeMarkets
    function proposeGroup(uint64 groupId, uint16[] calldata payoutsYes) external override {
        _requireResolvableGroup(groupId, payoutsYes);
        _noteProposal(groupId);
        for (uint256 i = 0; i < payoutsYes.length; ++i) {
            uint64 marketId = groupId + uint64(i);
            _setProposed(marketId, _markets[marketId], payoutsYes[i]);
        }
    }

    /// @notice Resolver only, not before the close plus `SETTLEMENT_GRACE`. Final.
    /// @inheritdoc IExchangeMarkets
    function resolveGroup(uint64 groupId, uint16[] calldata payoutsYes) external override {
        Group memory group_ = _requireResolvableGroup(groupId, payoutsYes);
        int256 lots = group_.excessYesLots;
        for (uint256 i = 0; i < payoutsYes.length; ++i) {
            lots += _finish(groupId + uint64(i), MarketSlotFields.RESOLVED, payoutsYes[i]);
        }
        _owe(uint256(lots));
    }

    /// @inheritdoc IExchangeMarkets
    function voidGroup(uint64 groupId) external override {
        (Group memory group_, MarketSlot first) = _unresolvedGroup(groupId);
        _requireVoidable(groupId, first);
        uint256 parDown = Units.PRICE_SCALE / group_.memberCount;
        uint256 rest = Units.PRICE_SCALE % group_.memberCount;
        int256 lots = group_.excessYesLots;
        for (uint256 i = 0; i < group_.memberCount; ++i) {
            lots += _finish(groupId + uint64(i), MarketSlotFields.VOID, i < rest ? parDown + 1 : parDown);
        }
        _owe(uint256(lots));
    }

    // ---- conversion ----

    /// @inheritdoc IExchangeMarkets
    function convertNo(uint64 groupId, uint256 memberSet, uint64 quantityLots) external override nonReentrant {
        Group memory group_ = _convertibleGroup(groupId, memberSet, quantityLots);
        uint256 lots = (_size(memberSet) - 1) * quantityLots;
        for (uint256 i = 0; i < group_.memberCount; ++i) {
            uint64 marketId = groupId + uint64(i);
            if (_contains(memberSet, i)) {
                _OUTCOME_TOKENS.burn(msg.sender, _tokenId(marketId, 0), quantityLots);
                MarketSlot slot = _markets[marketId];
                _markets[marketId] = slot.withOpenInterest(slot.openInterestLots() - quantityLots);
            } else {
                _creditShares(msg.sender, marketId, 1, quantityLots);
            }
        }
        // Fits: at least one member's NO in this quantity were burned.
        _groups[groupId].excessYesLots = group_.excessYesLots + int64(quantityLots);
        uint256 micro = lots * Units.MICRO_PER_LOT;
        if (lots != 0) {
            _hot = _hot.withOpenInterest(_hot.openInterestLots() - lots);
            _creditCash(msg.sender, micro);
        }
        emit NoConverted(msg.sender, groupId, group_.memberCount, memberSet, quantityLots, micro);
    }

    /// @inheritdoc IExchangeMarkets
    function convertYes(uint64 groupId, uint256 memberSet, uint64 quantityLots) external override nonReentrant {
        uint256 lots = memberSet == 0 ? 0 : (_size(memberSet) - 1) * quantityLots;
        uint256 micro = lots * Units.MICRO_PER_LOT;
        // The group is read after the token's code ran, so that nothing it might do is overwritten.
        if (lots != 0) _pullCollateral(msg.sender, micro);
        Group memory group_ = _convertibleGroup(groupId, memberSet, quantityLots);
        for (uint256 i = 0; i < group_.memberCount; ++i) {
            uint64 marketId = groupId + uint64(i);
            if (_contains(memberSet, i)) {
                MarketSlot slot = _markets[marketId];
                _markets[marketId] = slot.withOpenInterest(uint256(slot.openInterestLots()) + quantityLots);
                _creditShares(msg.sender, marketId, 0, quantityLots);
            } else {
                _OUTCOME_TOKENS.burn(msg.sender, _tokenId(marketId, 1), quantityLots);
            }
        }
        // Fits: collateral was paid for this quantity, or some member's YES in this quantity were burned.
        _groups[groupId].excessYesLots = group_.excessYesLots - int64(quantityLots);
        if (lots != 0) _hot = _hot.withOpenInterest(_hot.openInterestLots() + lots);
        emit YesConverted(msg.sender, groupId, group_.memberCount, memberSet, quantityLots, micro);
    }

    // ---- views ----

    /// @inheritdoc IExchangeMarkets
    function group(uint64 groupId) external view override returns (Group memory) {
        return _existingGroup(groupId);
    }

    /// @inheritdoc IExchangeMarkets
    function groupOf(uint64 marketId) external view override returns (uint64 groupId, uint16 memberCount) {
        _existingMarket(marketId);
        uint16 memberNumber = _marketDetails[marketId].memberNumber;
        if (memberNumber == 0) return (0, 0);
        groupId = marketId + 1 - memberNumber;
        memberCount = _groups[groupId].memberCount;
    }

    // ---- internal ----

    function _existingGroup(uint64 groupId) private view returns (Group memory group_) {
        group_ = _groups[groupId];
        if (group_.memberCount == 0) revert GroupUnknown();
    }

    /// @dev Members share their status: it moves for all of them in one call.
    function _unresolvedGroup(uint64 groupId) private view returns (Group memory group_, MarketSlot first) {
        group_ = _existingGroup(groupId);
        first = _unresolvedMarket(groupId);
    }

    function _requireResolvableGroup(
        uint64 groupId,
        uint16[] calldata payoutsYes
    ) private view returns (Group memory group_) {
        MarketSlot first;
        (group_, first) = _unresolvedGroup(groupId);
        _requireResolvable(groupId, first);
        if (payoutsYes.length != group_.memberCount) revert PayoutInvalid();
        uint256 sum = 0;
        for (uint256 i = 0; i < payoutsYes.length; ++i) sum += payoutsYes[i];
        if (sum != Units.PRICE_SCALE) revert PayoutInvalid();
    }

    function _convertibleGroup(
        uint64 groupId,
        uint256 memberSet,
        uint64 quantityLots
    ) private view returns (Group memory group_) {
        (group_, ) = _unresolvedGroup(groupId);
        if (quantityLots == 0) revert AmountZero();
        if (memberSet == 0 || memberSet >> group_.memberCount != 0) revert MemberSetInvalid();
    }

    /// @dev A member's payout, for good. Returns its open interest.
    function _finish(uint64 marketId, uint256 status, uint256 payoutYes) private returns (int256) {
        MarketSlot slot = _markets[marketId];
        _setFinal(marketId, slot, status, payoutYes);
        return int256(uint256(slot.openInterestLots()));
    }

    function _contains(uint256 memberSet, uint256 index) private pure returns (bool) {
        return (memberSet >> index) & 1 != 0;
    }

    function _size(uint256 memberSet) private pure returns (uint256 members) {
        for (uint256 rest = memberSet; rest != 0; rest &= rest - 1) ++members;
    }
}
