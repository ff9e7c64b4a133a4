// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IExchange } from "../../../../contracts/interfaces/IExchange.sol";
import { IExchangeBase } from "../../../../contracts/interfaces/IExchangeBase.sol";
import { BatchWriter } from "../support/BatchWriter.sol";
import { ExchangeStage } from "../support/ExchangeStage.sol";

/// @title People, and the orders and batches that a seed draws for them.
/// @dev Most of what is drawn would settle; each rule is broken now and then. What did settle is remembered, so that
/// no order can be filled above what was signed for its nonce.
abstract contract OrderDrawing is ExchangeStage {
    /// @dev A fill of a drawn batch with its two orders.
    struct SignedFill {
        IExchangeBase.Order taker;
        IExchangeBase.Order maker;
    }

    /// @notice Orders share nonces, and nonces lanes. The first may fall below floors, the last be cancelled; between
    /// them there is always something left to fill.
    uint64 public constant NONCES = 32;
    uint64 internal constant VOIDABLE_NONCES = 8;
    uint64 internal constant MAX_MARKETS = 12;
    uint256 private constant ORDERS = 5;
    uint256 private constant FILLS = 5;

    uint256[] internal keys;
    uint64[] internal groups;
    address[] public actors;
    /// @notice Fills by what became of them: 0 settled, else the reason, whoever's fault.
    uint256[32] public fillsBy;
    /// @notice The most that was signed for a nonce by an order that was filled.
    mapping(address maker => mapping(uint64 nonce => uint256 lots)) public mostSigned;
    /// @notice Filled quantities and floors as they were when last written down.
    mapping(address maker => mapping(uint64 nonce => uint256 lots)) public filledBefore;
    mapping(address account => uint64 floor) public floorBefore;
    /// @dev The chain's time; `block.timestamp` is not reliably read again after a warp in the same call.
    uint256 internal now_;

    function actorCount() external view returns (uint256) {
        return actors.length;
    }

    function stage() external view returns (IExchange exchange_, address collateral_, address tokens_) {
        return (exchange, address(collateral), address(tokens));
    }

    function openActors() internal {
        now_ = START;
        for (uint256 i = 0; i < 5; ++i) {
            keys.push(uint256(keccak256(abi.encode("actor", i))));
            actors.push(VM.addr(keys[i]));
            enrich(actors[i]);
            fund(actors[i], i == 4 ? 1_000_000 : 200_000_000);
        }
        for (uint16 i = 0; i < 3; ++i) {
            uint64 marketId = createMarket(i * 137, i == 2 ? 10 : 1, START + 3 * (i + 1) * MARKET_SECONDS);
            for (uint256 j = 0; j < 4; ++j) fundShares(actors[j], marketId, 5000);
        }
        _openFirstGroup();
    }

    /// @dev Some of its shares are in wallets from the start: conversions burn tokens.
    function _openFirstGroup() private {
        uint64 groupId = createGroup(50, 1, START + 2 * MARKET_SECONDS);
        groups.push(groupId);
        for (uint64 i = 0; i < GROUP_MEMBERS; ++i) {
            for (uint256 j = 0; j < 4; ++j) {
                fundShares(actors[j], groupId + i, 5000);
                for (uint8 outcome = 0; outcome < 2; ++outcome) {
                    VM.prank(actors[j]);
                    exchange.requestExport(groupId + i, outcome, 2500);
                }
            }
        }
        now_ += EXIT_DELAY;
        VM.warp(now_);
        for (uint64 i = 0; i < GROUP_MEMBERS; ++i) {
            for (uint256 j = 0; j < 4; ++j) {
                for (uint8 outcome = 0; outcome < 2; ++outcome) {
                    exchange.executeExport(actors[j], groupId + i, outcome);
                }
            }
        }
    }

    /// @dev The bytes of a batch, its fills with their orders, and the id of the batch before it.
    function _drawBatch(
        uint256 seed
    ) internal view returns (bytes memory batch, SignedFill[] memory drawn, uint64 lastBatchId) {
        lastBatchId = exchange.lastBatchId();
        uint64[] memory markets = _marketsWithOneUnknown();
        BatchWriter.SignedOrder[] memory orders = new BatchWriter.SignedOrder[](ORDERS);
        // Most orders are for one market, so that many of them meet; they grow from batch to batch, so that there is
        // something left to fill of every nonce.
        uint64 focus = _openMarket(seed);
        uint256 most = 800 + 50 * uint256(lastBatchId);
        for (uint256 i = 0; i < ORDERS; ++i) orders[i] = _drawOrder(_mix(seed, i), focus, most);
        BatchWriter.sort(orders);
        BatchWriter.Fill[] memory fills = new BatchWriter.Fill[](FILLS);
        drawn = new SignedFill[](FILLS);
        for (uint256 i = 0; i < FILLS; ++i) {
            fills[i] = _drawFill(_mix(seed, ORDERS + i), orders);
            drawn[i] = SignedFill(orders[fills[i].takerIndex].order, orders[fills[i].makerIndex].order);
        }
        batch = BatchWriter.encode(lastBatchId + 1, markets, orders, fills);
    }

    function _drawOrder(
        uint256 seed,
        uint64 focus,
        uint256 mostLots
    ) private view returns (BatchWriter.SignedOrder memory) {
        uint256 who = seed % actors.length;
        uint8 outcome = uint8((seed >> 8) & 1);
        bool bids = (seed >> 9) & 1 == 1;
        // Bids high and asks low on the YES ladder, in steps that every market takes.
        uint16 yesLimit = uint16((bids ? 40 + ((seed >> 16) % 30) : 30 + ((seed >> 16) % 30)) * 10);
        uint256 luck = (seed >> 32) % 64;
        IExchangeBase.Order memory order = IExchangeBase.Order({
            maker: actors[who],
            marketId: luck == 0
                ? exchange.marketCount() + 1
                : luck < 6
                    ? _market(seed >> 40)
                    : focus,
            outcome: outcome,
            side: bids == (outcome == 1) ? 0 : 1,
            price: luck == 6
                ? uint16(seed >> 48)
                : outcome == 1
                    ? yesLimit
                    : 1000 - yesLimit,
            quantity: luck > 55
                ? 2_000_000
                : luck == 7
                    ? 0
                    : luck == 8
                        ? type(uint32).max
                        : uint32(1 + ((seed >> 64) % mostLots)),
            timeInForce: luck == 9 || luck == 15 ? 4 + uint8((seed >> 96) % 4) : uint8((seed >> 96) % 4),
            maxFeeBps: luck == 10 ? 1 : 400,
            expiry: luck < 14 && luck > 10 ? uint40(now_ + ((seed >> 104) % (2 * MARKET_SECONDS)) - MARKET_SECONDS) : 0,
            nonce: uint64((seed >> 144) % NONCES)
        });
        uint256 signer = luck == 60 ? (who + 1) % actors.length : who;
        return signOrder(keys[signer], order);
    }

    function _drawFill(
        uint256 seed,
        BatchWriter.SignedOrder[] memory orders
    ) private pure returns (BatchWriter.Fill memory) {
        uint16 taker = uint16(seed % ORDERS);
        uint16 maker = uint16((seed >> 16) % ORDERS);
        // Looks on for a maker that could meet the taker, unless it is unlucky.
        if ((seed >> 32) % 8 != 0) {
            for (uint256 i = 0; i < ORDERS && !_meet(orders[taker].order, orders[maker].order); ++i) {
                maker = uint16((maker + 1) % ORDERS);
            }
        }
        IExchangeBase.Order memory rests = orders[maker].order;
        uint16 yesPrice =
            rests.outcome == 1
                ? rests.price
                : rests.price <= 1000
                    ? 1000 - rests.price
                    : 1;
        if ((seed >> 40) % 16 == 0) yesPrice = uint16((seed >> 48) % 1010);
        uint256 luck = (seed >> 64) % 32;
        uint32 lots = luck == 0 ? 0 : uint32(1 + ((seed >> 72) % (luck < 5 ? 200_000 : 300)));
        return BatchWriter.Fill(taker, maker, lots, yesPrice);
    }

    function _meet(IExchangeBase.Order memory taker, IExchangeBase.Order memory maker) private pure returns (bool) {
        bool takerBids = (taker.outcome == 1) == (taker.side == 0);
        bool makerBids = (maker.outcome == 1) == (maker.side == 0);
        return taker.maker != maker.maker && taker.marketId == maker.marketId && takerBids != makerBids;
    }

    function _note(SignedFill[] memory drawn, bytes memory outcomes) internal {
        for (uint256 i = 0; i < drawn.length; ++i) _noteFill(drawn[i], uint8(outcomes[i]));
        for (uint256 i = 0; i < drawn.length; ++i) {
            _assertNotOverfilled(drawn[i].taker);
            _assertNotOverfilled(drawn[i].maker);
            _writeDownFilled(drawn[i].taker);
            _writeDownFilled(drawn[i].maker);
        }
    }

    function _noteFill(SignedFill memory fill, uint8 outcome) private {
        ++fillsBy[outcome & 0x7f];
        if (outcome != 0) return;
        _noteSigned(fill.taker);
        _noteSigned(fill.maker);
    }

    function _noteSigned(IExchangeBase.Order memory order) private {
        uint256 before = mostSigned[order.maker][order.nonce];
        if (order.quantity > before) mostSigned[order.maker][order.nonce] = order.quantity;
    }

    function _writeDownFilled(IExchangeBase.Order memory order) private {
        uint256 filled = exchange.filledLots(order.maker, order.nonce);
        assertTrue(filled >= filledBefore[order.maker][order.nonce], "a filled quantity fell");
        filledBefore[order.maker][order.nonce] = filled;
    }

    /// @dev Writes down an account's fills and floor.
    function _writeDown(address maker) internal {
        for (uint64 nonce = 0; nonce < NONCES; ++nonce) {
            filledBefore[maker][nonce] = exchange.filledLots(maker, nonce);
        }
        (floorBefore[maker], , ) = exchange.cancelFloor(maker);
    }

    function _assertNotOverfilled(IExchangeBase.Order memory order) private view {
        uint256 filled = exchange.filledLots(order.maker, order.nonce);
        assertTrue(filled == CANCELLED || filled <= mostSigned[order.maker][order.nonce], "not overfilled");
    }

    function _actor(uint256 seed) internal view returns (address) {
        return actors[seed % actors.length];
    }

    function _market(uint256 seed) internal view returns (uint64) {
        return uint64(1 + (seed % exchange.marketCount()));
    }

    function _group(uint256 seed) internal view returns (uint64) {
        return groups[seed % groups.length];
    }

    /// @dev A quantity that the account's tokens of `outcome` allow for every member within `memberSet`.
    function _guarded(
        address account,
        uint64 groupId,
        uint256 memberSet,
        uint8 outcome,
        uint256 lots
    ) internal view returns (uint64) {
        uint256 most = 5000;
        for (uint64 i = 0; i < GROUP_MEMBERS; ++i) {
            if ((memberSet >> i) & 1 == 0) continue;
            uint256 held = tokens.balanceOf(account, tokenId(groupId + i, outcome));
            if (held < most) most = held;
        }
        return uint64(most == 0 ? 0 : bound(lots, 1, most));
    }

    /// @dev Payouts of a group that sum to 1000, or now and then to one more.
    function _payouts(uint256 seed) internal pure returns (uint16[] memory payouts) {
        payouts = new uint16[](GROUP_MEMBERS);
        uint256 left = _mix(seed, 0) % 16 == 0 ? 1001 : 1000;
        for (uint256 i = 0; i + 1 < GROUP_MEMBERS; ++i) {
            payouts[i] = uint16(bound(_mix(seed, i + 1), 0, left));
            left -= payouts[i];
        }
        payouts[GROUP_MEMBERS - 1] = uint16(left);
    }

    /// @dev Any market, but rather one that still trades.
    function _openMarket(uint256 seed) private view returns (uint64 marketId) {
        uint64 count = exchange.marketCount();
        marketId = _market(seed);
        for (uint64 i = 0; i < count; ++i) {
            IExchangeBase.Market memory market = exchange.market(marketId);
            if (market.status == 1 && market.closeTime > now_) return marketId;
            marketId = (marketId % count) + 1;
        }
    }

    function _marketsWithOneUnknown() private view returns (uint64[] memory markets) {
        markets = new uint64[](exchange.marketCount() + 1);
        for (uint64 i = 0; i < markets.length; ++i) markets[i] = i + 1;
    }

    function _mix(uint256 seed, uint256 salt) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, salt)));
    }
}
