// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ERC1155 } from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";
import { IExchange } from "../../../../contracts/interfaces/IExchange.sol";
import { IExchangeBase } from "../../../../contracts/interfaces/IExchangeBase.sol";
import { BatchWriter } from "./BatchWriter.sol";
import { FuzzTest } from "./FuzzTest.sol";
import { PlainCollateral } from "./PlainCollateral.sol";

/// @title An exchange as it is deployed, with everyone's part played by the test.
/// @dev Talks to the exchange through its interface only.
abstract contract ExchangeStage is FuzzTest {
    struct Config {
        address collateral;
        address admin;
        uint48 adminDelay;
        address operator;
        address marketCreator;
        address guardian;
        uint40 exitDelay;
        uint40 settlementGrace;
    }

    address internal constant ADMIN = address(0xAD);
    uint256 internal constant OPERATOR_KEY = 0x09E7A702;
    address internal immutable OPERATOR = VM.addr(OPERATOR_KEY);
    address internal constant RESOLVER = address(0x4E);
    uint40 internal constant EXIT_DELAY = 3600;
    uint40 internal constant GRACE = 1200;
    uint40 internal constant START = 1_800_000_000;
    uint40 internal constant MARKET_SECONDS = 86_400;
    uint256 internal constant MICRO_PER_LOT = 10_000;
    uint64 internal constant GROUP_MEMBERS = 3;
    uint256 internal constant CANCELLED = type(uint32).max;
    /// @dev What each wallet starts with: more than escrow can hold in all.
    uint256 internal constant WALLET_MICRO = 2 ** 54;

    IExchange internal exchange;
    PlainCollateral internal collateral;
    ERC1155 internal tokens;

    /// @dev Deploys the exchange at `START`.
    function openStage() internal {
        VM.warp(START);
        collateral = new PlainCollateral();
        Config memory config = Config(address(collateral), ADMIN, 1000, OPERATOR, ADMIN, ADMIN, EXIT_DELAY, GRACE);
        exchange = IExchange(deployArtifact("Exchange.sol:Exchange", abi.encode(config)));
        tokens = ERC1155(exchange.outcomeTokens());
    }

    function createMarket(uint16 takerFeeBps, uint8 priceStep, uint40 closeTime) internal returns (uint64) {
        IExchangeBase.MarketParams memory params = IExchangeBase.MarketParams({
            slug: "market",
            question: "Will it?",
            rules: "The resolver says.",
            category: "test",
            closeTime: closeTime,
            resolveDeadline: closeTime + GRACE + EXIT_DELAY,
            resolver: RESOLVER,
            resolverData: "",
            takerFeeBps: takerFeeBps,
            priceStep: priceStep
        });
        VM.prank(ADMIN);
        return exchange.createMarket(params);
    }

    /// @dev Three markets of which exactly one comes true.
    function createGroup(uint16 takerFeeBps, uint8 priceStep, uint40 closeTime) internal returns (uint64) {
        IExchangeBase.GroupParams memory params = IExchangeBase.GroupParams({
            slug: "group",
            title: "Which one?",
            category: "test",
            closeTime: closeTime,
            resolveDeadline: closeTime + GRACE + EXIT_DELAY,
            resolver: RESOLVER,
            takerFeeBps: takerFeeBps,
            priceStep: priceStep,
            resolverData: "",
            members: new IExchangeBase.GroupMember[](GROUP_MEMBERS)
        });
        for (uint256 i = 0; i < GROUP_MEMBERS; ++i) {
            params.members[i] = IExchangeBase.GroupMember("member", "This one?", "The resolver says.");
        }
        VM.prank(ADMIN);
        return exchange.createGroup(params);
    }

    /// @dev Wallet money and an allowance for it.
    function enrich(address account) internal {
        collateral.mint(account, WALLET_MICRO);
        VM.prank(account);
        collateral.approve(address(exchange), type(uint256).max);
    }

    function fund(address account, uint256 micro) internal {
        if (micro == 0) return;
        VM.prank(account);
        exchange.deposit(account, micro);
    }

    function fundShares(address account, uint64 marketId, uint64 lots) internal {
        if (lots == 0) return;
        VM.prank(account);
        exchange.split(marketId, lots);
    }

    function sign(uint256 key, bytes32 digest) internal pure returns (bytes32 r, bytes32 vs) {
        uint8 v;
        bytes32 s;
        (v, r, s) = VM.sign(key, digest);
        vs = bytes32(uint256(s) | (uint256(v - 27) << 255));
    }

    function signOrder(
        uint256 key,
        IExchangeBase.Order memory order
    ) internal view returns (BatchWriter.SignedOrder memory signed) {
        signed.order = order;
        (signed.r, signed.vs) = sign(key, exchange.hashOrder(order));
    }

    function settle(bytes memory batch) internal returns (bytes memory outcomes) {
        VM.prank(OPERATOR);
        return exchange.settle(batch);
    }

    function tokenId(uint64 marketId, uint256 outcome) internal pure returns (uint256) {
        return (uint256(marketId) << 1) | outcome;
    }

    /// @dev What holds after every transaction, of the exchange's own books.
    function assertBooksBalance() internal view {
        uint256 owed =
            exchange.totalCashMicro() +
                exchange.totalOpenInterestLots() * MICRO_PER_LOT +
                exchange.unredeemedMicro() +
                exchange.accruedFeesMicro();
        assertEq(exchange.collateralMicro(), owed, "collateral owed");
        assertTrue(collateral.balanceOf(address(exchange)) >= exchange.collateralMicro(), "collateral held");
    }
}
