// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Every error with which the exchange refuses a call. What `settle` finds wrong with a single fill is no error
/// but a `FillSkipped`.
interface IExchangeErrors {
    // ---- who may call ----

    /// @notice The caller is not the operator.
    error NotOperator();
    /// @notice The caller lacks `MARKET_CREATOR_ROLE` at `roles()`.
    error NotMarketCreator();
    /// @notice The caller is not the market's resolver.
    error NotResolver();
    /// @notice The caller lacks `GUARDIAN_ROLE` at `roles()`.
    error NotGuardian();
    /// @notice The caller lacks `DEFAULT_ADMIN_ROLE` at `roles()`.
    error NotAdmin();

    // ---- settlement ----

    /// @notice A guardian paused trading: nothing new comes in until it resumes.
    error TradingIsPaused();
    /// @notice The batch was settled already, or one before it was not.
    /// @param expected The only id that is taken now.
    /// @param given The id of the batch.
    error BatchOutOfOrder(uint64 expected, uint64 given);
    /// @notice The batch's bytes are not in the packed format: lengths, order of markets or orders, or an index.
    error BatchMalformed();

    // ---- amounts ----

    /// @notice An amount of nothing.
    error AmountZero();
    /// @notice The escrow would hold more than 2^53 - 1 micro.
    error EscrowFull();
    /// @notice The account has less cash in escrow than asked.
    /// @param availableMicro What it has, micro.
    error InsufficientCash(uint256 availableMicro);
    /// @notice The account has fewer shares in escrow (or tokens in its wallet, when redeeming them) than asked.
    /// @param availableLots What it has, lots.
    error InsufficientShares(uint256 availableLots);
    /// @notice The collateral token moved another amount than was asked.
    error CollateralNotReceived();

    // ---- delays ----

    /// @notice There is no request of that kind to cancel or execute.
    error NothingRequested();
    /// @notice The delay has not passed.
    /// @param executableAt From when on the call is taken, unix seconds.
    error TooEarly(uint40 executableAt);

    // ---- releases ----

    /// @notice The release's deadline has passed.
    error ReleaseExpired();
    /// @notice The release's nonce was used, or is 0.
    error ReleaseUsed();
    /// @notice Not the operator's signature of these terms.
    error ReleaseSignatureInvalid();

    // ---- markets ----

    /// @notice There is no such market.
    error MarketUnknown();
    /// @notice The market is closed, proposed, resolved or void.
    error MarketNotOpen();
    /// @notice The market has no payout yet.
    error MarketNotResolved();
    /// @notice The market's payout is final.
    error MarketAlreadyResolved();
    /// @notice A market with these parameters cannot be; see `MarketParams`.
    error MarketParamsInvalid();
    /// @notice A member is proposed, resolved and voided with its whole group.
    error MarketInGroup();
    /// @notice No group begins with this market.
    error GroupUnknown();
    /// @notice A group with these parameters cannot be; see `GroupParams`.
    error GroupParamsInvalid();
    /// @notice A set of no members, or of some that the group has not.
    error MemberSetInvalid();
    /// @notice A payout above 1000 thousandths, or a group's that are not one a member or not 1000 in sum.
    error PayoutInvalid();
    /// @notice An outcome other than 0 and 1, or an asset above 2.
    error OutcomeInvalid();

    // ---- orders and keys, deployment ----

    /// @notice The new cancel floor does not lie above the one in force.
    error FloorNotRaised();
    /// @notice The delegate is zero, the caller, already one (when adding) or not one (when removing).
    error DelegateInvalid();
    /// @notice The exchange cannot be deployed, or its operator set, with these values.
    error ConfigInvalid();
}
