// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Keys of the packed mappings: two values side by side cost one hash where a nested mapping costs two.
library SlotKey {
    /// @notice `nonceOf` or `holding` of an account that is a whole word already.
    function join(uint256 account, uint256 number) internal pure returns (uint256) {
        return (account << 64) | number;
    }

    /// @notice Key of an account's shares in a market.
    function holding(address account, uint256 marketId) internal pure returns (uint256) {
        return (uint256(uint160(account)) << 64) | marketId;
    }

    /// @notice Key of the slot with the filled quantities of the eight nonces `nonce & ~7 … nonce | 7`.
    function lane(address maker, uint256 nonce) internal pure returns (uint256) {
        return nonceOf(maker, nonce) >> 3;
    }

    /// @notice Where a nonce's 32 bits start in its lane.
    function laneShift(uint256 nonce) internal pure returns (uint256) {
        return (nonce & 7) << 5;
    }

    /// @notice Key of something that belongs to one nonce of an account.
    function nonceOf(address account, uint256 nonce) internal pure returns (uint256) {
        return (uint256(uint160(account)) << 64) | nonce;
    }

    /// @notice Key of something that belongs to one outcome of a market of an account.
    function outcomeOf(address account, uint256 marketId, uint256 outcome) internal pure returns (uint256) {
        return (uint256(uint160(account)) << 72) | (marketId << 8) | outcome;
    }
}
