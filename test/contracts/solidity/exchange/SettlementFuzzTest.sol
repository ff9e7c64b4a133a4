// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IExchangeBase } from "../../../../contracts/interfaces/IExchangeBase.sol";
import { BatchWriter } from "../support/BatchWriter.sol";
import { ExchangeStage } from "../support/ExchangeStage.sol";

/// @dev Two makers, several fills between two orders: what each may do is worked out here in plain arithmetic.
contract SettlementFuzzTest is ExchangeStage {
    struct Draw {
        uint8 takerOutcome;
        uint8 makerOutcome;
        bool takerBids;
        uint16 takerLimit;
        uint16 makerLimit;
        uint32 takerQuantity;
        uint32 makerQuantity;
        uint16 feeBps;
        uint16 feeCap;
        uint32 firstLots;
        uint32 secondLots;
        uint16 yesPrice;
        uint8 timeInForce;
        uint40 expiry;
        uint64 nonce;
    }

    /// @dev Books of one side, kept plainly.
    struct Side {
        address account;
        uint256 cash;
        uint256 yes;
        uint256 no;
        uint256 filled;
    }

    struct Books {
        Side taker;
        Side maker;
        uint256 fees;
        uint256 openInterest;
    }

    uint256 private constant TAKER_KEY = 0xA11CE;
    uint256 private constant MAKER_KEY = 0xB0B;
    uint256 private constant CASH = 400_000_000;
    uint64 private constant LOTS = 60_000;

    function setUp() external {
        openStage();
        for (uint256 i = 0; i < 2; ++i) {
            address account = VM.addr(i == 0 ? TAKER_KEY : MAKER_KEY);
            enrich(account);
            fund(account, CASH);
        }
    }

    // solhint-disable-next-line gas-calldata-parameters
    function testFuzzTwoFillsOfTwoOrdersMoveExactlyWhatTheyShould(Draw memory draw) external {
        _bindDraw(draw);
        uint64 marketId = createMarket(draw.feeBps, 1, START + MARKET_SECONDS);
        Books memory books;
        books.taker = Side(VM.addr(TAKER_KEY), CASH, LOTS, LOTS, 0);
        books.maker = Side(VM.addr(MAKER_KEY), CASH, LOTS, LOTS, 0);
        books.openInterest = 2 * uint256(LOTS);
        fundShares(books.taker.account, marketId, LOTS);
        fundShares(books.maker.account, marketId, LOTS);
        IExchangeBase.Order memory takers = _order(draw, marketId, true);
        IExchangeBase.Order memory makers = _order(draw, marketId, false);

        bytes memory outcomes = settle(_batch(draw, takers, makers));

        _expectFill(draw, takers, makers, books, draw.firstLots, outcomes[0]);
        _expectFill(draw, takers, makers, books, draw.secondLots, outcomes[1]);
        _assertSide(books.taker, takers, "taker");
        _assertSide(books.maker, makers, "maker");
        assertEq(exchange.accruedFeesMicro(), books.fees, "fees");
        assertEq(exchange.market(marketId).openInterestLots, books.openInterest, "open interest");
        assertEq(books.taker.yes + books.maker.yes, books.openInterest, "YES supply");
        assertEq(books.taker.no + books.maker.no, books.openInterest, "NO supply");
        assertBooksBalance();
    }

    /// @dev Enters one fill into the books, if it holds; the exchange must have thought the same.
    function _expectFill(
        Draw memory draw,
        IExchangeBase.Order memory takers,
        IExchangeBase.Order memory makers,
        Books memory books,
        uint256 lots,
        bytes1 outcome
    ) private pure {
        bool holds = _holds(draw, takers, makers, books.taker, books.maker, lots);
        assertTrue((outcome == 0) == holds, holds ? "a good fill settles" : "a bad fill is skipped");
        if (!holds) return;
        uint256 fee = _fee(draw, lots);
        _apply(books.taker, takers, lots, draw.yesPrice, fee);
        _apply(books.maker, makers, lots, draw.yesPrice, 0);
        books.fees += fee;
        if (takers.outcome == makers.outcome) return;
        if (takers.side == 0) books.openInterest += lots;
        else books.openInterest -= lots;
    }

    /// @dev Most draws settle; each rule is broken now and then.
    function _bindDraw(Draw memory draw) private pure {
        draw.takerOutcome &= 1;
        // What does not matter to a fill, but is signed: a taker of any kind that takes, and any time to come.
        draw.timeInForce &= 3;
        draw.expiry = draw.expiry % 4 == 0 ? 0 : uint40(bound(draw.expiry, START, type(uint40).max));
        draw.makerOutcome &= 1;
        draw.takerLimit = uint16(bound(draw.takerLimit, 1, 999));
        draw.makerLimit = uint16(bound(draw.makerLimit, 1, 999));
        draw.takerQuantity = uint32(bound(draw.takerQuantity, 1, 100_000));
        draw.makerQuantity = uint32(bound(draw.makerQuantity, 1, 100_000));
        draw.feeBps = uint16(bound(draw.feeBps, 0, 10_000));
        draw.feeCap = uint16(bound(draw.feeCap, draw.feeBps > 100 ? draw.feeBps - 100 : 0, 10_000));
        draw.firstLots = uint32(bound(draw.firstLots, 1, 80_000));
        draw.secondLots = uint32(bound(draw.secondLots, 1, 80_000));
        (uint16 low, uint16 high) = draw.takerLimit < draw.makerLimit
            ? (draw.takerLimit, draw.makerLimit)
            : (draw.makerLimit, draw.takerLimit);
        draw.yesPrice = uint16(bound(draw.yesPrice, low, high));
    }

    /// @dev An order with a YES limit: a bid buys YES or sells NO, an ask the other way.
    function _order(Draw memory draw, uint64 marketId, bool isTaker) private pure returns (IExchangeBase.Order memory) {
        uint8 outcome = isTaker ? draw.takerOutcome : draw.makerOutcome;
        uint16 limit = isTaker ? draw.takerLimit : draw.makerLimit;
        bool bids = isTaker == draw.takerBids;
        return
            IExchangeBase.Order({
                maker: VM.addr(isTaker ? TAKER_KEY : MAKER_KEY),
                marketId: marketId,
                outcome: outcome,
                side: bids == (outcome == 1) ? 0 : 1,
                price: outcome == 1 ? limit : 1000 - limit,
                quantity: isTaker ? draw.takerQuantity : draw.makerQuantity,
                timeInForce: isTaker ? draw.timeInForce : 5 - draw.timeInForce,
                maxFeeBps: isTaker ? draw.feeCap : 0,
                expiry: draw.expiry,
                nonce: isTaker ? draw.nonce : ~draw.nonce
            });
    }

    function _batch(
        Draw memory draw,
        IExchangeBase.Order memory takers,
        IExchangeBase.Order memory makers
    ) private view returns (bytes memory) {
        uint64[] memory markets = new uint64[](1);
        markets[0] = takers.marketId;
        BatchWriter.SignedOrder[] memory orders = new BatchWriter.SignedOrder[](2);
        orders[0] = signOrder(TAKER_KEY, takers);
        orders[1] = signOrder(MAKER_KEY, makers);
        BatchWriter.sort(orders);
        uint16 taker = orders[0].order.maker == takers.maker ? 0 : 1;
        BatchWriter.Fill[] memory fills = new BatchWriter.Fill[](2);
        fills[0] = BatchWriter.Fill(taker, 1 - taker, draw.firstLots, draw.yesPrice);
        fills[1] = BatchWriter.Fill(taker, 1 - taker, draw.secondLots, draw.yesPrice);
        return BatchWriter.encode(exchange.lastBatchId() + 1, markets, orders, fills);
    }

    function _holds(
        Draw memory draw,
        IExchangeBase.Order memory takers,
        IExchangeBase.Order memory makers,
        Side memory taker,
        Side memory maker,
        uint256 lots
    ) private pure returns (bool) {
        bool pricesMeet = draw.takerBids ? draw.takerLimit >= draw.makerLimit : draw.takerLimit <= draw.makerLimit;
        // Between two limits that do not meet, only a price at both of them would do.
        if (!pricesMeet) return false;
        if (draw.feeBps > draw.feeCap) return false;
        uint256 fee = _fee(draw, lots);
        return _canGive(taker, takers, lots, draw.yesPrice, fee) && _canGive(maker, makers, lots, draw.yesPrice, 0);
    }

    function _canGive(
        Side memory side,
        IExchangeBase.Order memory order,
        uint256 lots,
        uint256 yesPrice,
        uint256 fee
    ) private pure returns (bool) {
        if (side.filled + lots > order.quantity) return false;
        if (order.side == 0) return _cost(order, lots, yesPrice) + fee <= side.cash;
        return lots <= (order.outcome == 1 ? side.yes : side.no);
    }

    function _apply(
        Side memory side,
        IExchangeBase.Order memory order,
        uint256 lots,
        uint256 yesPrice,
        uint256 fee
    ) private pure {
        uint256 cost = _cost(order, lots, yesPrice);
        side.filled += lots;
        side.cash = order.side == 0 ? side.cash - cost - fee : side.cash + cost - fee;
        if (order.outcome == 1) side.yes = order.side == 0 ? side.yes + lots : side.yes - lots;
        else side.no = order.side == 0 ? side.no + lots : side.no - lots;
    }

    function _cost(IExchangeBase.Order memory order, uint256 lots, uint256 yesPrice) private pure returns (uint256) {
        return lots * (order.outcome == 1 ? yesPrice : 1000 - yesPrice) * 10;
    }

    /// @dev Micro, rounded down, on the cheaper outcome's price.
    function _fee(Draw memory draw, uint256 lots) private pure returns (uint256) {
        uint256 cheaper = draw.yesPrice < 500 ? draw.yesPrice : 1000 - draw.yesPrice;
        return (lots * cheaper * 10 * draw.feeBps) / 10_000;
    }

    function _assertSide(Side memory side, IExchangeBase.Order memory order, string memory who) private view {
        assertEq(exchange.cashOf(side.account), side.cash, string.concat(who, "'s cash"));
        (uint64 yes, uint64 no) = exchange.sharesOf(side.account, order.marketId);
        assertEq(yes, side.yes, string.concat(who, "'s YES"));
        assertEq(no, side.no, string.concat(who, "'s NO"));
        assertEq(exchange.filledLots(side.account, order.nonce), side.filled, string.concat(who, "'s filled"));
        assertTrue(side.filled <= order.quantity, string.concat(who, " not overfilled"));
    }
}
