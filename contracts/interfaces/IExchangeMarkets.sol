// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IExchangeBase } from "./IExchangeBase.sol";

/// @title The half of the exchange that makes and resolves markets and obeys the roles.
/// @dev Called at the exchange's own address, as everything of `IExchange`.
interface IExchangeMarkets is IExchangeBase {
    // ---- markets ----

    /// @notice Market creators only. Tells the resolver what it is to resolve by, after `MarketCreated`, when there is
    /// `resolverData`; what the resolver reverts with reverts the creation.
    function createMarket(MarketParams calldata params) external returns (uint64 marketId);
    /// @notice Resolver only, not before the close plus `SETTLEMENT_GRACE`.
    function propose(uint64 marketId, uint16 payoutYes) external;
    function resolve(uint64 marketId, uint16 payoutYes) external;
    /// @notice Resolves at par once the resolver has been silent past its deadline; when it has proposed a payout, also
    /// past `PROPOSAL_VOID_DELAY` from its first proposal. Anyone may call.
    function voidMarket(uint64 marketId) external;

    // ---- roles ----

    /// @notice Admin only. The operator settles and co-signs releases.
    function setOperator(address operator) external;
    /// @notice Admin only. Pays the fees accrued so far.
    function collectFees(address to) external;
    /// @notice Guardian only. Stops what comes in: deposits, splits, new markets, and the engine's matching, which
    /// refuses orders from `TradingPaused` on. What was matched before always settles: exits ripen and markets close
    /// during a pause, so that a pause of settlement would void it. Exits, cancels and resolution go on too. Against
    /// an operator that is no longer to be trusted `setOperator` helps, not this.
    function pauseTrading() external;
    function resumeTrading() external;

    // ---- views ----

    /// @notice The `ExchangeRoles` of this exchange: admin, market creators, guardians.
    function roles() external view returns (address);
    /// @notice Seconds from a resolver's first proposal during which nobody may void its market.
    function PROPOSAL_VOID_DELAY() external view returns (uint40);
}
