// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IExchangeEscrow } from "./IExchangeEscrow.sol";
import { IExchangeMarkets } from "./IExchangeMarkets.sol";

/// @title The Agon exchange: escrow, settlement and markets.
/// @notice Units. Price: tick, 0.001 collateral per share, 1..999. Quantity: lot, 0.01 share. Cash: micro, 1e-6
/// collateral. Cost of a fill is `price * quantity * 10` micro, exact. One share is 100 lots; a YES plus a NO lot
/// is worth exactly 10_000 micro. Outcome: 1 YES, 0 NO. Side: 0 BUY, 1 SELL.
/// @dev One contract at one address. Its code lies in two, which a contract's size limit demands: `IExchangeEscrow` is
/// `Exchange` itself, `IExchangeMarkets` what it hands on to `ExchangeMarkets`.
// solhint-disable-next-line no-empty-blocks
interface IExchange is IExchangeEscrow, IExchangeMarkets {}
