// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Storage of mappings by slot number, so that a slot's hash is computed once for its read and its write.
library MappingSlot {
    /// @notice Where the mapping at slot `base` keeps the value of `key`.
    function locate(uint256 key, uint256 base) internal pure returns (uint256 slot) {
        // The first 64 bytes of memory are scratch space.
        assembly ("memory-safe") {
            mstore(0x00, key)
            mstore(0x20, base)
            slot := keccak256(0x00, 0x40)
        }
    }
}
