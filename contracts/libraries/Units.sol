// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title The units of the exchange; see `IExchange`.
library Units {
    /// @notice Ticks in one collateral: YES price plus NO price.
    uint256 internal constant PRICE_SCALE = 1000;
    /// @notice What one YES lot plus one NO lot is worth.
    uint256 internal constant MICRO_PER_LOT = 10_000;
    /// @notice Micro paid for one lot at one tick.
    uint256 internal constant MICRO_PER_TICK_LOT = 10;
    uint256 internal constant BPS_SCALE = 10_000;
    /// @notice The most that escrow ever holds: every balance is an exact JavaScript integer off chain.
    uint256 internal constant MAX_ESCROW_MICRO = 2 ** 53 - 1;
    /// @notice Filled quantity that marks a finally cancelled order.
    uint256 internal constant CANCELLED = type(uint32).max;
    /// @notice Payout to YES, in thousandths, of a market that nobody resolved in time.
    uint256 internal constant PAR = 500;
}
