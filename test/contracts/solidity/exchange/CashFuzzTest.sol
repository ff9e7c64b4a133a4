// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IExchangeErrors } from "../../../../contracts/interfaces/IExchangeErrors.sol";
import { ExchangeStage } from "../support/ExchangeStage.sol";

contract CashFuzzTest is ExchangeStage {
    address private constant ALICE = address(0xA11CE);
    address private constant BOB = address(0xB0B);
    uint256 private constant MAX_ESCROW = 2 ** 53 - 1;

    function setUp() external {
        openStage();
        enrich(ALICE);
        enrich(BOB);
    }

    function testFuzzADepositIsCreditedInFullOrRefused(uint256 first, uint256 second) external {
        first = bound(first, 1, MAX_ESCROW);
        fund(ALICE, first);
        assertEq(exchange.cashOf(ALICE), first, "Alice's cash");
        VM.prank(BOB);
        (bool ok, bytes memory answer) = attempt(address(exchange), abi.encodeCall(exchange.deposit, (ALICE, second)));
        bool fits = second != 0 && second <= MAX_ESCROW - first;
        assertTrue(ok == fits, "taken if it fits");
        if (!fits) {
            bytes4 expected = second == 0 ? IExchangeErrors.AmountZero.selector : IExchangeErrors.EscrowFull.selector;
            // A sum that wraps is refused by the arithmetic itself.
            if (second <= type(uint256).max - first) assertTrue(bytes4(answer) == expected, "reason");
        }
        assertEq(exchange.cashOf(ALICE), first + (fits ? second : 0), "credited");
        assertEq(collateral.balanceOf(BOB), WALLET_MICRO - (fits ? second : 0), "paid by Bob");
        assertBooksBalance();
    }

    function testFuzzAWithdrawalWaitsAndPaysWhatIsLeft(
        uint256 cash,
        uint256 asked,
        uint40 waited,
        bool byStranger
    ) external {
        cash = bound(cash, 1, MAX_ESCROW);
        asked = bound(asked, 1, MAX_ESCROW);
        waited = uint40(bound(waited, 0, 2 * EXIT_DELAY));
        fund(ALICE, cash);
        VM.prank(ALICE);
        exchange.requestWithdrawal(asked);
        VM.warp(START + waited);
        VM.prank(byStranger ? BOB : ALICE);
        (bool ok, ) = attempt(address(exchange), abi.encodeCall(exchange.executeWithdrawal, (ALICE)));
        bool all = asked <= cash;
        assertTrue(ok == (waited >= EXIT_DELAY && (all || !byStranger)), "from the delay on, all of it by anyone");
        uint256 paid = ok ? (all ? asked : cash) : 0;
        assertEq(exchange.cashOf(ALICE), cash - paid, "left");
        assertEq(collateral.balanceOf(ALICE), WALLET_MICRO - cash + paid, "wallet");
        assertEq(collateral.balanceOf(BOB), WALLET_MICRO, "nothing for who called");
        (uint256 pending, ) = exchange.withdrawalOf(ALICE);
        assertEq(pending, ok ? 0 : asked, "request");
        assertBooksBalance();
    }
}
