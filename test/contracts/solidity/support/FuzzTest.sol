// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ICheatcodes } from "./ICheatcodes.sol";

/// @title What a Solidity test needs: the cheatcodes, assertions that revert, numbers within bounds.
abstract contract FuzzTest {
    error NotEqual(string what, uint256 actual, uint256 expected);
    error NotTrue(string what);
    error NotDeployed(string artifact);

    /// @dev Where the runner keeps its cheatcodes.
    ICheatcodes internal constant VM = ICheatcodes(address(uint160(uint256(keccak256("hevm cheat code")))));

    function assertEq(uint256 actual, uint256 expected, string memory what) internal pure {
        if (actual != expected) revert NotEqual(what, actual, expected);
    }

    function assertEq(address actual, address expected, string memory what) internal pure {
        assertEq(uint160(actual), uint160(expected), what);
    }

    function assertEq(bytes32 actual, bytes32 expected, string memory what) internal pure {
        assertEq(uint256(actual), uint256(expected), what);
    }

    function assertTrue(bool condition, string memory what) internal pure {
        if (!condition) revert NotTrue(what);
    }

    /// @dev A number from `low` to `high`, both in reach, out of any number.
    function bound(uint256 number, uint256 low, uint256 high) internal pure returns (uint256) {
        uint256 size = high - low;
        return size == type(uint256).max ? number : low + (number % (size + 1));
    }

    /// @dev Deploys the compiled artifact, the very bytecode that goes on chain.
    function deployArtifact(string memory artifact, bytes memory args) internal returns (address deployed) {
        bytes memory code = abi.encodePacked(VM.getCode(artifact), args);
        // Solidity has no expression that creates a contract from bytes in memory.
        assembly ("memory-safe") {
            deployed := create(0, add(code, 0x20), mload(code))
        }
        if (deployed == address(0)) revert NotDeployed(artifact);
    }

    /// @dev A call that may be refused: whether it went through, and the answer or the error.
    function attempt(address target, bytes memory call) internal returns (bool done, bytes memory answer) {
        // solhint-disable-next-line avoid-low-level-calls
        return target.call(call);
    }
}
