// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ExchangeStage } from "../support/ExchangeStage.sol";

contract SharesFuzzTest is ExchangeStage {
    address private constant ALICE = address(0xA11CE);
    /// @dev All that fits into escrow.
    uint64 private constant MAX_LOTS = uint64((2 ** 53 - 1) / MICRO_PER_LOT);

    uint64 private marketId;

    function setUp() external {
        openStage();
        enrich(ALICE);
        marketId = createMarket(0, 1, START + MARKET_SECONDS);
    }

    function testFuzzPairsOutAndBackAgainCostNothing(uint64 lots, uint64 merged) external {
        lots = uint64(bound(lots, 1, MAX_LOTS));
        merged = uint64(bound(merged, 1, lots));
        fundShares(ALICE, marketId, lots);
        assertEq(collateral.balanceOf(ALICE), WALLET_MICRO - lots * MICRO_PER_LOT, "paid");
        _export(1, lots);
        _export(0, lots);
        assertEq(tokens.balanceOf(ALICE, tokenId(marketId, 1)), lots, "YES tokens");
        assertBooksBalance();

        VM.prank(ALICE);
        exchange.mergeTokens(marketId, merged);
        assertEq(collateral.balanceOf(ALICE), WALLET_MICRO - (lots - merged) * MICRO_PER_LOT, "got back");
        assertEq(exchange.market(marketId).openInterestLots, lots - merged, "open interest");
        assertEq(exchange.totalOpenInterestLots(), lots - merged, "of all markets");
        if (lots > merged) {
            VM.prank(ALICE);
            exchange.importShares(marketId, 1, lots - merged);
        }
        (uint64 yes, uint64 no) = exchange.sharesOf(ALICE, marketId);
        assertEq(yes, lots - merged, "YES in escrow");
        assertEq(no, 0, "NO in escrow");
        assertEq(tokens.balanceOf(ALICE, tokenId(marketId, 0)), lots - merged, "NO tokens");
        assertBooksBalance();
    }

    function testFuzzPayoutsOfAPairSumToWhatItCost(
        uint64 lots,
        uint64 exportedYes,
        uint64 exportedNo,
        uint16 payoutYes
    ) external {
        lots = uint64(bound(lots, 1, MAX_LOTS));
        exportedYes = uint64(bound(exportedYes, 0, lots));
        exportedNo = uint64(bound(exportedNo, 0, lots));
        payoutYes = uint16(bound(payoutYes, 0, 1000));
        fundShares(ALICE, marketId, lots);
        _export(1, exportedYes);
        _export(0, exportedNo);
        _resolve(payoutYes);
        assertEq(exchange.unredeemedMicro(), lots * MICRO_PER_LOT, "owed");

        if (exportedYes + exportedNo > 0) {
            VM.prank(ALICE);
            exchange.redeemTokens(marketId);
        }
        uint256 toWallet = (uint256(exportedYes) * payoutYes + uint256(exportedNo) * (1000 - payoutYes)) * 10;
        assertEq(collateral.balanceOf(ALICE), WALLET_MICRO - lots * MICRO_PER_LOT + toWallet, "tokens paid");
        if (exportedYes < lots || exportedNo < lots) exchange.redeem(ALICE, marketId);
        assertEq(exchange.cashOf(ALICE), lots * MICRO_PER_LOT - toWallet, "the rest is cash");
        assertEq(exchange.unredeemedMicro(), 0, "nothing owed");
        assertBooksBalance();
    }

    function testFuzzAPayoutAboveOneIsRefused(uint16 payoutYes) external {
        VM.warp(START + MARKET_SECONDS + GRACE + 1);
        VM.prank(RESOLVER);
        (bool ok, ) = attempt(address(exchange), abi.encodeCall(exchange.resolve, (marketId, payoutYes)));
        assertTrue(ok == (payoutYes <= 1000), "up to 1000");
    }

    function testFuzzNoResolutionBeforeTheLastFill(uint40 waited) external {
        waited = uint40(bound(waited, 0, 2 * (MARKET_SECONDS + GRACE)));
        VM.warp(START + waited);
        VM.prank(RESOLVER);
        (bool ok, ) = attempt(address(exchange), abi.encodeCall(exchange.resolve, (marketId, 1000)));
        assertTrue(ok == (waited > MARKET_SECONDS + GRACE), "after close and grace");
    }

    function _export(uint8 outcome, uint64 lots) private {
        if (lots == 0) return;
        VM.prank(ALICE);
        exchange.requestExport(marketId, outcome, lots);
        VM.warp(block.timestamp + EXIT_DELAY);
        exchange.executeExport(ALICE, marketId, outcome);
    }

    function _resolve(uint16 payoutYes) private {
        VM.warp(START + MARKET_SECONDS + GRACE + 1);
        VM.prank(RESOLVER);
        exchange.resolve(marketId, payoutYes);
    }
}
