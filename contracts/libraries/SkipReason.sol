// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Why a fill was skipped: the `reason` of `FillSkipped`. The same table is in `protocol/settlement/skip-
/// reason.ts`.
/// @dev Reasons below `SELF_TRADE` and from `ORDER_CANCELLED` on are the fault of one order. Bit 7 says whose: clear
/// for the taker's, set for the maker's.
library SkipReason {
    uint256 internal constant NONE = 0;

    // The order does not hold, whatever it meets.
    uint256 internal constant SIGNATURE_INVALID = 1;
    uint256 internal constant TIME_IN_FORCE_INVALID = 2;
    uint256 internal constant PRICE_INVALID = 3;
    uint256 internal constant QUANTITY_INVALID = 4;
    uint256 internal constant EXPIRED = 5;
    uint256 internal constant NONCE_BELOW_FLOOR = 6;
    uint256 internal constant MARKET_NOT_OPEN = 7;
    uint256 internal constant MARKET_CLOSED = 8;

    // The two orders do not meet.
    uint256 internal constant SELF_TRADE = 9;
    uint256 internal constant MARKETS_DIFFER = 10;
    uint256 internal constant SIDES_EQUAL = 11;
    uint256 internal constant FILL_QUANTITY_ZERO = 12;
    uint256 internal constant FILL_PRICE_INVALID = 13;

    // The order does not hold for this fill.
    uint256 internal constant ORDER_CANCELLED = 14;
    uint256 internal constant OVERFILLED = 15;
    uint256 internal constant LIMIT_EXCEEDED = 16;
    uint256 internal constant FEE_ABOVE_CAP = 17;
    uint256 internal constant CASH_SHORT = 18;
    uint256 internal constant SHARES_SHORT = 19;
    /// @notice Of the taker only.
    uint256 internal constant POST_ONLY = 20;

    /// @notice Set when the maker's order is at fault.
    uint256 internal constant MAKER = 0x80;
}
