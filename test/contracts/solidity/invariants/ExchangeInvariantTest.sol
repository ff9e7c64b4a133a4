// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ERC1155 } from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { IExchange } from "../../../../contracts/interfaces/IExchange.sol";
import { IExchangeBase } from "../../../../contracts/interfaces/IExchangeBase.sol";
import { FuzzTest } from "../support/FuzzTest.sol";
import { ExchangeHandler } from "./ExchangeHandler.sol";

/// @title What holds after every call, whoever made it.
contract ExchangeInvariantTest is FuzzTest {
    ExchangeHandler private _handler;
    IExchange private _exchange;
    IERC20 private _collateral;
    ERC1155 private _tokens;

    /// @dev What takes many reads is looked at after every so many calls: what is wrong then stays wrong.
    uint256 private constant CALLS_BETWEEN_LOOKS = 8;

    function setUp() external {
        _handler = new ExchangeHandler();
        address collateral;
        address tokens;
        (_exchange, collateral, tokens) = _handler.stage();
        _collateral = IERC20(collateral);
        _tokens = ERC1155(tokens);
    }

    /// @notice The runner asks which contracts it shall call.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev One campaign for all of them: each checks the same calls.
    function invariantNothingIsLostOrMadeOrFilledTwice() external view {
        _collateralIsCashPairsPayoutsAndFees();
        if (_handler.calls() % CALLS_BETWEEN_LOOKS != 0) return;
        _yesAndNoSupplyAreTheOpenInterest();
        _payoutsSumToWhatIsUnredeemed();
        _payoutsOfAGroupSumToOne();
        _fillsAndFloorsOnlyGrow();
    }

    function _collateralIsCashPairsPayoutsAndFees() private view {
        uint256 cash;
        for (uint256 i = 0; i < _handler.actorCount(); ++i) cash += _exchange.cashOf(_handler.actors(i));
        assertEq(_exchange.totalCashMicro(), cash, "cash of all accounts");
        uint256 pairs = _exchange.totalOpenInterestLots() * 10_000;
        uint256 owed = cash + pairs + _exchange.unredeemedMicro() + _exchange.accruedFeesMicro();
        assertEq(_exchange.collateralMicro(), owed, "collateral owed");
        assertTrue(_collateral.balanceOf(address(_exchange)) >= owed, "collateral held");
    }

    /// @dev NO supply is a market's open interest; YES supply exceeds it by its group's excess, which is counted once.
    function _yesAndNoSupplyAreTheOpenInterest() private view {
        int256 open;
        for (uint64 marketId = 1; marketId <= _exchange.marketCount(); ++marketId) {
            IExchangeBase.Market memory market = _exchange.market(marketId);
            if (market.status > 2) continue;
            (uint256 yes, uint256 no) = _supply(marketId);
            (uint64 groupId, ) = _exchange.groupOf(marketId);
            int256 excess = groupId == 0 ? int256(0) : int256(_exchange.group(groupId).excessYesLots);
            assertTrue(int256(yes) - int256(no) == excess, "YES supply");
            assertEq(no, market.openInterestLots, "NO supply");
            open += int256(uint256(market.openInterestLots));
            if (groupId == marketId) open += excess;
        }
        assertTrue(open >= 0 && _exchange.totalOpenInterestLots() == uint256(open), "open interest of all markets");
    }

    function _payoutsOfAGroupSumToOne() private view {
        for (uint64 marketId = 1; marketId <= _exchange.marketCount(); ++marketId) {
            (uint64 groupId, uint16 memberCount) = _exchange.groupOf(marketId);
            uint8 status = _exchange.market(marketId).status;
            if (groupId != marketId || status < 3) continue;
            uint256 sum;
            for (uint64 i = 0; i < memberCount; ++i) {
                IExchangeBase.Market memory member = _exchange.market(groupId + i);
                assertEq(member.status, status, "members end together");
                sum += member.payoutYes;
            }
            assertEq(sum, 1000, "payouts of a group");
        }
    }

    function _payoutsSumToWhatIsUnredeemed() private view {
        uint256 owed;
        for (uint64 marketId = 1; marketId <= _exchange.marketCount(); ++marketId) {
            IExchangeBase.Market memory market = _exchange.market(marketId);
            if (market.status < 3) continue;
            (uint256 yes, uint256 no) = _supply(marketId);
            owed += (yes * market.payoutYes + no * (1000 - market.payoutYes)) * 10;
        }
        assertEq(_exchange.unredeemedMicro(), owed, "payouts");
    }

    /// @dev The handler writes down what it saw: what an invariant writes is forgotten.
    function _fillsAndFloorsOnlyGrow() private view {
        for (uint256 i = 0; i < _handler.actorCount(); ++i) {
            address maker = _handler.actors(i);
            for (uint64 nonce = 0; nonce < _handler.NONCES(); ++nonce) {
                uint256 filled = _exchange.filledLots(maker, nonce);
                assertTrue(filled >= _handler.filledBefore(maker, nonce), "a filled quantity fell");
                bool cancelled = filled == type(uint32).max;
                assertTrue(cancelled || filled <= _handler.mostSigned(maker, nonce), "overfilled");
            }
            (uint64 floor, , ) = _exchange.cancelFloor(maker);
            assertTrue(floor >= _handler.floorBefore(maker), "a floor fell");
        }
    }

    function _supply(uint64 marketId) private view returns (uint256 yes, uint256 no) {
        for (uint256 i = 0; i < _handler.actorCount(); ++i) {
            address holder = _handler.actors(i);
            (uint64 yesLots, uint64 noLots) = _exchange.sharesOf(holder, marketId);
            yes += yesLots + _tokens.balanceOf(holder, (uint256(marketId) << 1) | 1);
            no += noLots + _tokens.balanceOf(holder, uint256(marketId) << 1);
        }
    }
}
