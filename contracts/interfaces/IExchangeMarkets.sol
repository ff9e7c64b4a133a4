// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IExchangeBase } from "./IExchangeBase.sol";

/// @title The half of the exchange that makes and resolves markets and obeys the roles.
/// @dev Called at the exchange's own address, as everything of `IExchange`.
interface IExchangeMarkets is IExchangeBase {
    // ---- markets ----

    /// @notice Creates a market. Market creators only. Emits `MarketCreated`. After it, when there is `resolverData`,
    /// tells the resolver what it is to resolve by; what the resolver reverts with reverts the creation.
    /// @dev Reverts `NotMarketCreator`, `TradingIsPaused`, `MarketParamsInvalid`, or with the resolver's error.
    /// @param params What defines it; nothing of it changes later.
    /// @return marketId Its id.
    function createMarket(MarketParams calldata params) external returns (uint64 marketId);
    /// @notice Announces a payout. The market's resolver only, not before the close plus `SETTLEMENT_GRACE`; a later
    /// call replaces the announcement. Emits `MarketProposed`.
    /// @dev Reverts `MarketUnknown`, `MarketAlreadyResolved`, `MarketInGroup`, `NotResolver`, `TooEarly`,
    /// `PayoutInvalid`.
    /// @param marketId Of which market.
    /// @param payoutYes Thousandths to YES, the rest to NO.
    function propose(uint64 marketId, uint16 payoutYes) external;
    /// @notice Sets the payout for good; no proposal need come before it. The market's resolver only, not before the
    /// close plus `SETTLEMENT_GRACE`. Emits `MarketResolved`.
    /// @dev Reverts as `propose`.
    /// @param marketId Of which market.
    /// @param payoutYes Thousandths to YES, the rest to NO.
    function resolve(uint64 marketId, uint16 payoutYes) external;
    /// @notice Resolves at par once the resolver has been silent past its deadline; when it has proposed a payout, also
    /// past `PROPOSAL_VOID_DELAY` from its first proposal. Anyone may call. Emits `MarketResolved`.
    /// @dev Reverts `MarketUnknown`, `MarketAlreadyResolved`, `MarketInGroup`, `TooEarly`.
    /// @param marketId Of which market.
    function voidMarket(uint64 marketId) external;

    // ---- groups ----

    /// @notice Creates 2 … `MAX_GROUP_MEMBERS` markets of which exactly one comes true. Market creators only. Sealed: a
    /// member never joins or leaves. Trading in a member is as in any market; it is proposed, resolved and voided with
    /// the whole group. Emits `GroupCreated`, then `MarketCreated` of each. The resolver is told as by `createMarket`,
    /// once, with the group's id.
    /// @dev Reverts `NotMarketCreator`, `TradingIsPaused`, `GroupParamsInvalid`, `MarketParamsInvalid`, or with the
    /// resolver's error.
    /// @param params What defines it; nothing of it changes later.
    /// @return groupId The first member's id; the others follow it.
    function createGroup(GroupParams calldata params) external returns (uint64 groupId);
    /// @notice Announces the payouts of all members, as `propose` does of a market. Emits `MarketProposed` of each.
    /// @dev Reverts `GroupUnknown`, `MarketAlreadyResolved`, `NotResolver`, `TooEarly`, `PayoutInvalid`.
    /// @param groupId Of which group.
    /// @param payoutsYes Thousandths to YES of each member, 1000 in sum.
    function proposeGroup(uint64 groupId, uint16[] calldata payoutsYes) external;
    /// @notice Sets the payouts of all members for good, as `resolve` does of a market. Emits `MarketResolved` of each.
    /// @dev Reverts as `proposeGroup`.
    /// @param groupId Of which group.
    /// @param payoutsYes Thousandths to YES of each member, 1000 in sum.
    function resolveGroup(uint64 groupId, uint16[] calldata payoutsYes) external;
    /// @notice Resolves all members at par, when and by whom `voidMarket` would a market: each YES pays 1000 / n
    /// thousandths, rounded down, and those of the first members one more, so that the sum is 1000. Emits
    /// `MarketResolved` of each.
    /// @dev Reverts `GroupUnknown`, `MarketAlreadyResolved`, `TooEarly`.
    /// @param groupId Of which group.
    function voidGroup(uint64 groupId) external;
    /// @notice Burns NO tokens of the caller's wallet, of each of the k members in `memberSet`, and credits in its
    /// escrow as many YES of every other member, and k - 1 collateral a share: for every outcome worth exactly what was
    /// burned. Until the group is resolved, and during a pause too. Emits `NoConverted`.
    /// @dev Reverts `GroupUnknown`, `MarketAlreadyResolved`, `AmountZero`, `MemberSetInvalid`, or with the token's
    /// error when the wallet has less.
    /// @param groupId Of which group.
    /// @param memberSet Bit i stands for market `groupId + i`.
    /// @param quantityLots Of each token, lots of 0.01 share.
    function convertNo(uint64 groupId, uint256 memberSet, uint64 quantityLots) external;
    /// @notice The reverse: burns YES tokens of the caller's wallet, of every member outside `memberSet`, takes k - 1
    /// collateral a share from it (allowance needed), and credits in its escrow NO of the k members in `memberSet`.
    /// Until the group is resolved. Emits `YesConverted`.
    /// @dev Reverts as `convertNo`; where it takes collateral, also `TradingIsPaused`, as `split` does, `EscrowFull`,
    /// `CollateralNotReceived`.
    /// @param groupId Of which group.
    /// @param memberSet Bit i stands for market `groupId + i`.
    /// @param quantityLots Of each token, lots of 0.01 share.
    function convertYes(uint64 groupId, uint256 memberSet, uint64 quantityLots) external;

    // ---- roles ----

    /// @notice Names the operator, who settles and co-signs releases. Admin only. Emits `OperatorSet`.
    /// @dev Reverts `NotAdmin`, `ConfigInvalid` for zero. Releases that the earlier operator signed are void.
    /// @param operator Who.
    function setOperator(address operator) external;
    /// @notice Pays out the fees accrued so far. Admin only. Emits `FeesCollected`.
    /// @dev Reverts `NotAdmin`, `AmountZero`.
    /// @param to To whom.
    function collectFees(address to) external;
    /// @notice Guardian only. Stops what comes in: deposits, splits, new markets, and the engine's matching, which
    /// refuses orders from `TradingPaused` on. What was matched before always settles: exits ripen and markets close
    /// during a pause, so that a pause of settlement would void it. Exits, cancels and resolution go on too. Against
    /// an operator that is no longer to be trusted `setOperator` helps, not this.
    /// @dev Reverts `NotGuardian`.
    function pauseTrading() external;
    /// @notice Ends the pause. Guardian only. Emits `TradingResumed`.
    /// @dev Reverts `NotGuardian`.
    function resumeTrading() external;

    // ---- views ----

    /// @notice A group. Reverts `GroupUnknown` where none begins.
    /// @param groupId Its first market.
    /// @return Its state.
    function group(uint64 groupId) external view returns (Group memory);
    /// @notice The group of a market; (0, 0) for a market in none. Reverts `MarketUnknown`.
    /// @param marketId Of which market.
    /// @return groupId The group's first market.
    /// @return memberCount How many members it has.
    function groupOf(uint64 marketId) external view returns (uint64 groupId, uint16 memberCount);
    /// @notice The most members that a group can have.
    /// @return How many.
    function MAX_GROUP_MEMBERS() external view returns (uint16);
    /// @notice The `ExchangeRoles` of this exchange: admin, market creators, guardians.
    /// @return The contract.
    function roles() external view returns (address);
    /// @notice How long from a resolver's first proposal nobody may void its market.
    /// @return Seconds.
    function PROPOSAL_VOID_DELAY() external view returns (uint40);
    /// @notice The most by which a market's resolve deadline lies after its close: no resolver can be silent for ever.
    /// @return Seconds.
    function MAX_RESOLVE_PERIOD() external view returns (uint40);
}
