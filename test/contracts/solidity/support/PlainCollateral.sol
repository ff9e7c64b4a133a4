// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title Collateral that anyone may mint any amount of.
contract PlainCollateral is ERC20 {
    constructor() ERC20("Plain", "PLAIN") {}

    function mint(address to, uint256 micro) external {
        _mint(to, micro);
    }
}
