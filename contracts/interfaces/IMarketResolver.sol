// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A contract that resolves markets and must know of each from its first moment.
/// @notice `IExchange.createMarket` calls it in the transaction that creates the market, so that nobody can trade a
/// market, or act on it, before its resolver has its terms. A resolver that needs no terms, such as a plain account, is
/// named with empty `resolverData`, and is not called.
interface IMarketResolver {
    /// @notice `marketId` was just created with this contract as its resolver. Exchange only. A revert undoes the
    /// creation.
    /// @param marketId Its id; a group's is its first market's, told once, after all of its members were created.
    /// @param data The `resolverData` of `MarketParams`, or of `GroupParams`, as the creator of the market gave it:
    /// never empty.
    function marketCreated(uint64 marketId, bytes calldata data) external;
}
