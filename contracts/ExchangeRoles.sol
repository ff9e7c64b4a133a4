// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

// The formatter keeps an import of one name on one line.
// solhint-disable-next-line max-line-length
import { AccessControlDefaultAdminRules } from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";

/// @title Who holds which role at an exchange. The admin changes hands in two steps with a delay.
/// @dev A contract of its own, so that the exchange's code has room for the exchange.
contract ExchangeRoles is AccessControlDefaultAdminRules {
    /// @notice May create markets.
    bytes32 public constant MARKET_CREATOR_ROLE = keccak256("MARKET_CREATOR_ROLE");
    /// @notice May pause and resume trading; exits never stop.
    bytes32 public constant GUARDIAN_ROLE = keccak256("GUARDIAN_ROLE");

    /// @param adminDelay Seconds that a handover of the admin waits.
    constructor(
        uint48 adminDelay,
        address admin,
        address marketCreator,
        address guardian
    ) AccessControlDefaultAdminRules(adminDelay, admin) {
        _grantRole(MARKET_CREATOR_ROLE, marketCreator);
        _grantRole(GUARDIAN_ROLE, guardian);
    }
}
