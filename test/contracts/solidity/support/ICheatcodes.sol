// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title The cheatcodes of the test runner that these tests use.
interface ICheatcodes {
    function addr(uint256 key) external pure returns (address);
    function assume(bool condition) external pure;
    function getCode(string calldata artifact) external view returns (bytes memory);
    function label(address account, string calldata name) external;
    function prank(address sender) external;
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function warp(uint256 timestamp) external;
}
