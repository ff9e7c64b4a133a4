// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC5267 } from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { IERC165 } from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import { ExchangeStorage } from "./exchange/ExchangeStorage.sol";
import { Groups } from "./exchange/Groups.sol";
import { Roles } from "./exchange/Roles.sol";
import { ExchangeRoles } from "./ExchangeRoles.sol";
import { IExchangeBase } from "./interfaces/IExchangeBase.sol";
import { IExchangeEscrow } from "./interfaces/IExchangeEscrow.sol";
import { IExchangeMarkets } from "./interfaces/IExchangeMarkets.sol";
import { OutcomeTokens } from "./OutcomeTokens.sol";

/// @title The code of `IExchangeMarkets`, which `Exchange` creates and runs on its own storage.
/// @dev Holds nothing. What it reads of immutables equals the exchange's, since only the exchange makes it.
contract ExchangeMarkets is ExchangeStorage, Groups, IERC165 {
    constructor(
        IERC20 collateral_,
        OutcomeTokens outcomeTokens_,
        uint40 exitDelay,
        uint40 settlementGrace,
        ExchangeRoles roles_
    ) ExchangeStorage(collateral_, outcomeTokens_, exitDelay, settlementGrace) Roles(roles_) {}

    /// @notice EIP-165, of the exchange as a whole: `IExchange` (all of its functions, those that it inherits
    /// included), EIP-5267 and EIP-165 itself.
    /// @param interfaceId The XOR of an interface's selectors.
    /// @return Whether the exchange has all of them.
    function supportsInterface(bytes4 interfaceId) external pure override returns (bool) {
        // Solidity's `interfaceId` leaves inherited functions out.
        bytes4 exchange =
            type(IExchangeBase).interfaceId ^ type(IExchangeEscrow).interfaceId ^ type(IExchangeMarkets).interfaceId;
        return
            interfaceId == exchange ||
            interfaceId == type(IERC5267).interfaceId ||
            interfaceId == type(IERC165).interfaceId;
    }
}
