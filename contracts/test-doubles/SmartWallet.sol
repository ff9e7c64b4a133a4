// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC1271 } from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title A contract wallet for tests: its owner's signature is its own, unless it is told to misbehave.
contract SmartWallet is IERC1271 {
    enum Mood {
        HONEST,
        REVERTING,
        BURNING,
        SPINNING,
        FLOODING,
        CURT
    }

    error Moody();

    address public immutable OWNER;
    Mood public mood;

    constructor(address owner) {
        OWNER = owner;
    }

    function setMood(Mood mood_) external {
        mood = mood_;
    }

    /// @inheritdoc IERC1271
    function isValidSignature(bytes32 hash, bytes calldata signature) external view override returns (bytes4) {
        if (mood == Mood.REVERTING) revert Moody();
        // Each answers as no wallet should.
        assembly ("memory-safe") {
            let present := sload(mood.slot)
            if eq(present, 2) {
                invalid()
            }
            if eq(present, 3) {
                // Long work that never ends, in steps that cost much gas each.
                for {} 1 {} {
                    pop(keccak256(0, 0x10000))
                }
            }
            if eq(present, 4) {
                revert(0, 1000000)
            }
            if eq(present, 5) {
                mstore(0, shl(224, 0x1626ba7e))
                return(0, 4)
            }
        }
        (address signer, ECDSA.RecoverError failure, ) = ECDSA.tryRecover(hash, signature);
        bool isOwn = failure == ECDSA.RecoverError.NoError && signer == OWNER;
        return isOwn ? this.isValidSignature.selector : bytes4(0xffffffff);
    }
}
