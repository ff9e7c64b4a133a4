// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IExchangeBase } from "../interfaces/IExchangeBase.sol";

/// @title EIP-712 struct hashes of what is signed for the exchange.
library OrderHash {
    bytes32 internal constant ORDER_TYPEHASH = keccak256(
        "Order(address maker,uint64 marketId,uint8 outcome,uint8 side,uint16 price,uint32 quantity,"
        "uint8 timeInForce,uint16 maxFeeBps,uint40 expiry,uint64 nonce)"
    );
    bytes32 internal constant RELEASE_TYPEHASH = keccak256(
        "Release(address account,uint64 marketId,uint8 asset,uint128 amount,uint64 nonce,uint40 deadline)"
    );

    function hash(IExchangeBase.Order calldata order) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    ORDER_TYPEHASH,
                    order.maker,
                    order.marketId,
                    order.outcome,
                    order.side,
                    order.price,
                    order.quantity,
                    order.timeInForce,
                    order.maxFeeBps,
                    order.expiry,
                    order.nonce
                )
            );
    }

    function hash(IExchangeBase.Release calldata release) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    RELEASE_TYPEHASH,
                    release.account,
                    release.marketId,
                    release.asset,
                    release.amount,
                    release.nonce,
                    release.deadline
                )
            );
    }

    /// @notice Memory in which one order after the other is hashed, with what all have in common written: the struct's
    /// eleven words, of which the first is its type hash, then what is hashed with its hash.
    function workspace(bytes32 domainSeparator) internal pure returns (uint256 words) {
        bytes32 typehash = ORDER_TYPEHASH;
        assembly ("memory-safe") {
            words := mload(0x40)
            mstore(0x40, add(words, 0x1c0))
            mstore(words, typehash)
            mstore(add(words, 0x160), hex"1901")
            mstore(add(words, 0x162), domainSeparator)
        }
    }

    /// @notice The EIP-712 digest of the order whose ten words were written after the type hash: the same as of
    /// `hash(order)` under the domain.
    function digest(uint256 words) internal pure returns (bytes32 result) {
        // All within the workspace.
        assembly ("memory-safe") {
            mstore(add(words, 0x182), keccak256(words, 0x160))
            result := keccak256(add(words, 0x160), 0x42)
        }
    }
}
