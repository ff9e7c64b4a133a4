// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { ExchangeStorage } from "./exchange/ExchangeStorage.sol";
import { Markets } from "./exchange/Markets.sol";
import { Roles } from "./exchange/Roles.sol";
import { ExchangeRoles } from "./ExchangeRoles.sol";
import { OutcomeTokens } from "./OutcomeTokens.sol";

/// @title The code of `IExchangeMarkets`, which `Exchange` creates and runs on its own storage.
/// @dev Holds nothing. What it reads of immutables equals the exchange's, since only the exchange makes it.
contract ExchangeMarkets is ExchangeStorage, Markets {
    constructor(
        IERC20 collateral_,
        OutcomeTokens outcomeTokens_,
        uint40 exitDelay,
        uint40 settlementGrace,
        ExchangeRoles roles_
    ) ExchangeStorage(collateral_, outcomeTokens_, exitDelay, settlementGrace) Roles(roles_) {}
}
