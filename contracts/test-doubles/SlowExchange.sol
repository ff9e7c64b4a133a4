// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What a resolver reads of an exchange at its construction, with any exit delay; for tests.
contract SlowExchange {
    uint40 public constant PROPOSAL_VOID_DELAY = 7 days;
    uint40 public immutable EXIT_DELAY;

    constructor(uint40 exitDelay) {
        EXIT_DELAY = exitDelay;
    }

    function collateral() external view returns (address) {
        return address(this);
    }
}
