// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { DevCollateral } from "../dev/DevCollateral.sol";

/// @title Collateral for tests that calls someone in the middle of a transfer, keeps a fee, or freezes accounts.
contract HookedCollateral is DevCollateral {
    error Frozen();

    /// @notice Micro that each transfer burns of what it moves.
    uint256 public feeMicro;
    mapping(address account => bool) public frozen;
    bool public hookRan;
    /// @notice With what the hook's call reverted; empty when it did not.
    bytes public hookError;
    address private _hookTarget;
    bytes private _hookData;

    function setFee(uint256 micro) external {
        feeMicro = micro;
    }

    function freeze(address account) external {
        frozen[account] = true;
    }

    /// @notice The next transfer calls `target` with `data` before it ends, once.
    function arm(address target, bytes calldata data) external {
        _hookTarget = target;
        _hookData = data;
    }

    function _update(address from, address to, uint256 value) internal override {
        if (frozen[from] || frozen[to]) revert Frozen();
        super._update(from, to, value);
        if (from == address(0) || to == address(0)) return;
        if (feeMicro != 0) super._update(to, address(0), feeMicro);
        if (_hookTarget == address(0)) return;
        address target = _hookTarget;
        _hookTarget = address(0);
        // Whatever the test wants called.
        // solhint-disable-next-line avoid-low-level-calls
        (bool succeeded, bytes memory answer) = target.call(_hookData);
        hookRan = true;
        hookError = succeeded ? bytes("") : answer;
    }
}
