// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import { ERC20Permit } from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title Collateral of development chains: USDC's shape (6 decimals, EIP-2612), worth nothing.
contract DevCollateral is ERC20Permit {
    error FaucetCapExceeded(uint256 capMicro);

    /// @notice The most that one call of the faucet gives: a million.
    uint256 public constant FAUCET_CAP_MICRO = 1_000_000e6;

    constructor() ERC20("Agon Dev Dollar", "aUSD") ERC20Permit("Agon Dev Dollar") {}

    function decimals() public pure override returns (uint8) {
        return 6;
    }

    /// @notice Mints `amountMicro` to `to`; anyone may call.
    function faucet(address to, uint256 amountMicro) external {
        if (amountMicro > FAUCET_CAP_MICRO) revert FaucetCapExceeded(FAUCET_CAP_MICRO);
        _mint(to, amountMicro);
    }
}
