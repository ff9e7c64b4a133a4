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
    /// @dev Reverts `MarketUnknown`, `MarketAlreadyResolved`, `NotResolver`, `TooEarly`, `PayoutInvalid`.
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
    /// @dev Reverts `MarketUnknown`, `MarketAlreadyResolved`, `TooEarly`.
    /// @param marketId Of which market.
    function voidMarket(uint64 marketId) external;

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

    /// @notice The `ExchangeRoles` of this exchange: admin, market creators, guardians.
    /// @return The contract.
    function roles() external view returns (address);
    /// @notice How long from a resolver's first proposal nobody may void its market.
    /// @return Seconds.
    function PROPOSAL_VOID_DELAY() external view returns (uint40);
}
