// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Recovers the signer of a digest from an EIP-2098 signature.
library OrderSignature {
    /// @dev secp256k1n / 2: above it, a signature's twin would pass as a second one.
    uint256 private constant MAX_S = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    /// @return signer The signer, or zero when the signature is none or has a high `s`.
    function recover(bytes32 digest, bytes32 r, bytes32 vs) internal view returns (uint256 signer) {
        uint256 maxS = MAX_S;
        // The precompile's input lies at the free memory pointer and is not needed afterwards; its output overwrites
        // the cleared word at 0. On failure the precompile returns nothing, and the word stays clear. It takes a high
        // `s` too: what it makes of that is struck out.
        assembly ("memory-safe") {
            let input := mload(0x40)
            let s := shr(1, shl(1, vs))
            mstore(input, digest)
            mstore(add(input, 0x20), add(27, shr(255, vs)))
            mstore(add(input, 0x40), r)
            mstore(add(input, 0x60), s)
            mstore(0x00, 0)
            pop(staticcall(gas(), 1, input, 0x80, 0x00, 0x20))
            signer := mul(mload(0x00), iszero(gt(s, maxS)))
        }
    }
}
