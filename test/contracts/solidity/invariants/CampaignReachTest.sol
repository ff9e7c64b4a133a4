// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IExchangeEscrow } from "../../../../contracts/interfaces/IExchangeEscrow.sol";
import { IExchangeMarkets } from "../../../../contracts/interfaces/IExchangeMarkets.sol";
import { FuzzTest } from "../support/FuzzTest.sol";
import { ExchangeHandler } from "./ExchangeHandler.sol";

/// @title A campaign in which nothing succeeds proves nothing: here it is seen to reach everything.
contract CampaignReachTest is FuzzTest {
    uint256 private constant ROUNDS = 150;
    uint8 private constant LAST_REASON = 20;

    ExchangeHandler private _handler;

    function setUp() external {
        _handler = new ExchangeHandler();
    }

    function testRandomCallsReachEveryFunctionAndNearlyEveryReason() external {
        for (uint256 i = 0; i < ROUNDS; ++i) _round(uint256(keccak256(abi.encode("reach", i))), i);
        assertTrue(_handler.fillsBy(0) > ROUNDS, "fills settle");
        uint256 reasons;
        for (uint8 i = 1; i <= LAST_REASON; ++i) if (_handler.fillsBy(i) > 0) ++reasons;
        assertTrue(reasons >= 18, "reasons");
        bytes4[26] memory reached = _functions();
        for (uint256 i = 0; i < reached.length; ++i) assertTrue(_handler.accepted(reached[i]) > 0, _name(i));
    }

    /// @dev Each of the handler's functions once, most of them early enough for their markets.
    function _round(uint256 seed, uint256 i) private {
        uint256 a = seed >> 8;
        uint256 b = seed >> 16;
        uint256 c = seed >> 24;
        _handler.trade(seed);
        _handler.deposit(a, b, c);
        _handler.split(a, b, c);
        _handler.requestWithdrawal(a, b);
        _handler.requestExport(a, b, uint8(seed), c);
        _handler.executeRelease(a, b, uint8(seed), c, uint64(seed));
        _handler.requestCancel(a, uint64(b));
        _handler.addDelegate(a, b);
        _handler.tradeAgain(seed);
        if (i % 10 == 0) _handler.raiseCancelFloor(a, uint64(i / 20));
        _handler.passTime(i % 40 == 39 ? (c << 4) : (c | 1));
        _handler.executeWithdrawal(a, b);
        _handler.executeExport(a, b, uint8(seed));
        _handler.mergeTokens(a, b, c % 20);
        _handler.importShares(a, b, uint8(seed), c);
        _handler.finalizeCancel(a, uint64(b));
        _handler.removeDelegate(a, b);
        _handler.pauseAndResume(c, uint8(seed >> 32));
        _handler.requestWithdrawal(b, a);
        _handler.cancelWithdrawal(b);
        _handler.requestExport(b, a, uint8(c), seed);
        _handler.cancelExport(b, a, uint8(c));
        _handler.openMarket(uint16(a), b % 2 == 0, c);
        _handler.settleDamaged(seed, b, uint8(c));
        if (i % 2 == 0) _handler.resolve(b, uint16(c));
        if (i % 5 == 0) _handler.voidMarket(b);
        _roundOfGroups(a, b, c, i);
        _handler.redeem(a, b);
        _handler.redeemTokens(a, b);
        if (i % 50 == 49) _handler.collectFees();
    }

    /// @dev The first group is proposed and resolved, the second, which nobody proposes, made void.
    function _roundOfGroups(uint256 a, uint256 b, uint256 c, uint256 i) private {
        _handler.openGroup(uint16(a), b % 2 == 0, c);
        _handler.convertNo(a, b, c, a >> 8);
        _handler.convertYes(b, a, c >> 8, b >> 8);
        if (i % 4 == 0) _handler.proposeGroup(0, c);
        if (i % 4 == 1) _handler.resolveGroup(0, c);
        _handler.voidGroup(1);
    }

    function _functions() private pure returns (bytes4[26] memory) {
        return
            [
                IExchangeEscrow.settle.selector,
                IExchangeEscrow.deposit.selector,
                IExchangeEscrow.requestWithdrawal.selector,
                IExchangeEscrow.cancelWithdrawal.selector,
                IExchangeEscrow.executeWithdrawal.selector,
                IExchangeEscrow.executeRelease.selector,
                IExchangeEscrow.requestExport.selector,
                IExchangeEscrow.cancelExport.selector,
                IExchangeEscrow.executeExport.selector,
                IExchangeEscrow.importShares.selector,
                IExchangeEscrow.split.selector,
                IExchangeEscrow.mergeTokens.selector,
                IExchangeEscrow.redeem.selector,
                IExchangeEscrow.redeemTokens.selector,
                IExchangeEscrow.requestCancel.selector,
                IExchangeEscrow.finalizeCancel.selector,
                IExchangeEscrow.raiseCancelFloor.selector,
                IExchangeEscrow.addDelegate.selector,
                IExchangeEscrow.removeDelegate.selector,
                IExchangeMarkets.resolve.selector,
                IExchangeMarkets.collectFees.selector,
                IExchangeMarkets.convertNo.selector,
                IExchangeMarkets.convertYes.selector,
                IExchangeMarkets.proposeGroup.selector,
                IExchangeMarkets.resolveGroup.selector,
                IExchangeMarkets.voidGroup.selector
            ];
    }

    function _name(uint256 index) private pure returns (string memory) {
        bytes memory letter = new bytes(1);
        letter[0] = bytes1(uint8(65 + index));
        return string.concat("function ", string(letter));
    }
}
