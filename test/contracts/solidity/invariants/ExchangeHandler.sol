// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IExchangeBase } from "../../../../contracts/interfaces/IExchangeBase.sol";
import { OrderDrawing } from "./OrderDrawing.sol";

/// @title The calls that an invariant campaign makes: random people do random things at random times.
/// @dev Every call may be refused by one of the exchange's own errors. Anything else that goes wrong (a panic, a
/// foreign error, a broken rule of a single step) reverts here, and a revert here fails the campaign.
contract ExchangeHandler is OrderDrawing {
    uint256 private constant PANIC = 0x4e487b71;
    uint256 private constant FILL_BYTES = 10;
    uint256 private constant ALL_MEMBERS = (1 << GROUP_MEMBERS) - 1;

    /// @notice What each account's delayed exits may not come before, by what is asked.
    mapping(bytes32 request => uint256 dueAt) private _dueAt;
    /// @notice Calls that went through, by function.
    mapping(bytes4 selector => uint256 count) public accepted;
    uint256 public calls;

    constructor() {
        openStage();
        openActors();
    }

    // ---- time ----

    function passTime(uint256 seconds_) external {
        _goOn(bound(seconds_, 1, seconds_ % 16 == 0 ? 2 * MARKET_SECONDS : 4000));
    }

    /// @dev What was filled or raised by now must never be less again.
    function writeDown(uint256 who) external {
        _writeDown(_actor(who));
    }

    // ---- cash ----

    function deposit(uint256 who, uint256 forWhom, uint256 micro) external {
        _try(_actor(who), abi.encodeCall(exchange.deposit, (_actor(forWhom), bound(micro, 0, 500_000_000))));
    }

    function giveToTheExchange(uint256 who, uint256 micro) external {
        address giver = _actor(who);
        VM.prank(giver);
        collateral.transfer(address(exchange), bound(micro, 0, 1000));
    }

    function requestWithdrawal(uint256 who, uint256 micro) external {
        bytes memory call = abi.encodeCall(exchange.requestWithdrawal, (bound(micro, 0, 600_000_000)));
        if (_try(_actor(who), call)) _dueAt[keccak256(abi.encode(_actor(who)))] = block.timestamp + EXIT_DELAY;
    }

    function cancelWithdrawal(uint256 who) external {
        _try(_actor(who), abi.encodeCall(exchange.cancelWithdrawal, ()));
    }

    function executeWithdrawal(uint256 who, uint256 caller) external {
        bool done = _try(_actor(caller), abi.encodeCall(exchange.executeWithdrawal, (_actor(who))));
        if (done) assertTrue(block.timestamp >= _dueAt[keccak256(abi.encode(_actor(who)))], "withdrawal waited");
    }

    function executeRelease(uint256 who, uint256 market, uint8 asset, uint256 amount, uint64 nonce) external {
        bool isCash = asset % 3 == 2;
        IExchangeBase.Release memory release = IExchangeBase.Release({
            account: _actor(who),
            marketId: isCash ? 0 : _market(market),
            asset: asset % 3,
            amount: uint128(bound(amount, 0, isCash ? 100_000_000 : 2000)),
            nonce: nonce % 64,
            deadline: uint40(block.timestamp + 60)
        });
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(OPERATOR_KEY, exchange.hashRelease(release));
        _try(_actor(who), abi.encodeCall(exchange.executeRelease, (release, abi.encodePacked(r, s, v))));
    }

    // ---- shares ----

    function split(uint256 who, uint256 market, uint256 lots) external {
        _try(_actor(who), abi.encodeCall(exchange.split, (_market(market), uint64(bound(lots, 0, 20_000)))));
    }

    function mergeTokens(uint256 who, uint256 market, uint256 lots) external {
        _try(_actor(who), abi.encodeCall(exchange.mergeTokens, (_market(market), uint64(bound(lots, 0, 3000)))));
    }

    function requestExport(uint256 who, uint256 market, uint8 outcome, uint256 lots) external {
        uint64 asked = uint64(bound(lots, 0, 10_000));
        bytes memory call = abi.encodeCall(exchange.requestExport, (_market(market), outcome & 1, asked));
        if (!_try(_actor(who), call)) return;
        _dueAt[keccak256(abi.encode(_actor(who), _market(market), outcome & 1))] = block.timestamp + EXIT_DELAY;
    }

    function executeExport(uint256 who, uint256 market, uint8 outcome) external {
        bytes memory call = abi.encodeCall(exchange.executeExport, (_actor(who), _market(market), outcome & 1));
        if (!_try(address(this), call)) return;
        bytes32 request = keccak256(abi.encode(_actor(who), _market(market), outcome & 1));
        assertTrue(block.timestamp >= _dueAt[request], "export waited");
    }

    function cancelExport(uint256 who, uint256 market, uint8 outcome) external {
        _try(_actor(who), abi.encodeCall(exchange.cancelExport, (_market(market), outcome & 1)));
    }

    function importShares(uint256 who, uint256 market, uint8 outcome, uint256 lots) external {
        uint256 held = tokens.balanceOf(_actor(who), tokenId(_market(market), outcome & 1));
        uint64 some = uint64(bound(lots, 0, held));
        _try(_actor(who), abi.encodeCall(exchange.importShares, (_market(market), outcome & 1, some)));
    }

    function sendTokens(uint256 from, uint256 to, uint256 market, uint8 outcome, uint256 lots) external {
        uint256 id = tokenId(_market(market), outcome & 1);
        uint256 some = bound(lots, 0, tokens.balanceOf(_actor(from), id));
        address sender = _actor(from);
        VM.prank(sender);
        tokens.safeTransferFrom(sender, _actor(to), id, some, "");
    }

    function redeem(uint256 who, uint256 market) external {
        _try(address(this), abi.encodeCall(exchange.redeem, (_actor(who), _market(market))));
    }

    function redeemTokens(uint256 who, uint256 market) external {
        _try(_actor(who), abi.encodeCall(exchange.redeemTokens, (_market(market))));
    }

    // ---- orders and keys ----

    function raiseCancelFloor(uint256 who, uint64 floor) external {
        (uint64 before, , ) = exchange.cancelFloor(_actor(who));
        _try(_actor(who), abi.encodeCall(exchange.raiseCancelFloor, (floor % VOIDABLE_NONCES)));
        (uint64 now_, , ) = exchange.cancelFloor(_actor(who));
        assertEq(now_, before, "a raise bites later");
    }

    function requestCancel(uint256 who, uint64 nonce) external {
        _try(_actor(who), abi.encodeCall(exchange.requestCancel, (_one(_cancellable(nonce)))));
    }

    function finalizeCancel(uint256 who, uint64 nonce) external {
        uint40 due = exchange.cancelOf(_actor(who), _cancellable(nonce));
        bytes memory call = abi.encodeCall(exchange.finalizeCancel, (_actor(who), _one(_cancellable(nonce))));
        if (!_try(address(this), call)) return;
        assertTrue(due != 0 && block.timestamp >= due, "cancel waited");
        assertEq(exchange.filledLots(_actor(who), _cancellable(nonce)), CANCELLED, "cancelled");
    }

    function addDelegate(uint256 who, uint256 delegate) external {
        _try(_actor(who), abi.encodeCall(exchange.addDelegate, (_actor(delegate))));
    }

    function removeDelegate(uint256 who, uint256 delegate) external {
        bytes memory call = abi.encodeCall(exchange.removeDelegate, (_actor(delegate)));
        if (_try(_actor(who), call)) {
            assertTrue(exchange.isDelegate(_actor(who), _actor(delegate)), "a removal bites later");
        }
    }

    // ---- settlement ----

    /// @dev Twice among the functions, so that trades are frequent.
    function trade(uint256 seed) external {
        _settle(seed);
    }

    function tradeAgain(uint256 seed) external {
        _settle(uint256(keccak256(abi.encode(seed))));
    }

    /// @dev A batch damaged before its fills: an order that is not as it was signed never settles.
    function settleDamaged(uint256 seed, uint256 place, uint8 change) external {
        (bytes memory batch, SignedFill[] memory drawn, ) = _drawBatch(seed);
        batch[place % (batch.length - FILL_BYTES * drawn.length)] ^= bytes1(change == 0 ? 1 : change);
        (bool done, bytes memory answer) = _call(OPERATOR, abi.encodeCall(exchange.settle, (batch)));
        if (done) _note(drawn, abi.decode(answer, (bytes)));
    }

    function settleAsSomebody(uint256 who, uint256 seed) external {
        (bytes memory batch, , ) = _drawBatch(seed);
        assertTrue(!_try(_actor(who), abi.encodeCall(exchange.settle, (batch))), "only the operator settles");
    }

    // ---- markets and roles ----

    function openMarket(uint16 takerFeeBps, bool coarse, uint256 lasts) external {
        if (exchange.marketCount() >= MAX_MARKETS || exchange.tradingPaused()) return;
        uint40 closeTime = uint40(block.timestamp + bound(lasts, 1, 20 * MARKET_SECONDS));
        createMarket(takerFeeBps % 400, coarse ? 10 : 1, closeTime);
    }

    function propose(uint256 market, uint16 payoutYes) external {
        _try(RESOLVER, abi.encodeCall(exchange.propose, (_market(market), payoutYes % 1010)));
    }

    function resolve(uint256 market, uint16 payoutYes) external {
        _try(RESOLVER, abi.encodeCall(exchange.resolve, (_market(market), payoutYes % 1010)));
    }

    function voidMarket(uint256 market) external {
        _try(address(this), abi.encodeCall(exchange.voidMarket, (_market(market))));
    }

    // ---- groups ----

    /// @dev Some close soon, so that they are resolved within a short campaign too.
    function openGroup(uint16 takerFeeBps, bool coarse, uint256 lasts) external {
        if (exchange.marketCount() + GROUP_MEMBERS > MAX_MARKETS || exchange.tradingPaused()) return;
        uint256 most = lasts % 4 == 0 ? 10 * MARKET_SECONDS : 4000;
        groups.push(createGroup(takerFeeBps % 400, coarse ? 10 : 1, uint40(now_ + bound(lasts, 1, most))));
    }

    /// @dev What the wallet allows, unless it is unlucky. The empty set and a member too many are refused.
    function convertNo(uint256 who, uint256 group, uint256 set, uint256 lots) external {
        uint256 members = _memberSet(set);
        uint64 some = _guarded(_actor(who), _group(group), members, 0, lots);
        if (lots % 16 == 0) some = uint64(bound(lots, 0, 10_000));
        bool done = _try(_actor(who), abi.encodeCall(exchange.convertNo, (_group(group), members, some)));
        if (done) assertTrue(some != 0 && members != 0 && members <= ALL_MEMBERS, "nothing converted");
    }

    function convertYes(uint256 who, uint256 group, uint256 set, uint256 lots) external {
        uint256 members = _memberSet(set);
        uint64 some = _guarded(_actor(who), _group(group), ~members, 1, lots);
        if (lots % 16 == 0) some = uint64(bound(lots, 0, 10_000));
        bool done = _try(_actor(who), abi.encodeCall(exchange.convertYes, (_group(group), members, some)));
        if (done) assertTrue(some != 0 && members != 0 && members <= ALL_MEMBERS, "nothing converted");
    }

    function proposeGroup(uint256 group, uint256 split_) external {
        _try(RESOLVER, abi.encodeCall(exchange.proposeGroup, (_group(group), _payouts(split_))));
    }

    function resolveGroup(uint256 group, uint256 split_) external {
        _try(RESOLVER, abi.encodeCall(exchange.resolveGroup, (_group(group), _payouts(split_))));
    }

    function voidGroup(uint256 group) external {
        _try(address(this), abi.encodeCall(exchange.voidGroup, (_group(group))));
    }

    // ---- fees and pauses ----

    function collectFees() external {
        _try(ADMIN, abi.encodeCall(exchange.collectFees, (ADMIN)));
    }

    /// @dev Rarely, and never for long, lest nothing else happen.
    function pauseAndResume(uint256 seconds_, uint8 seldom) external {
        if (seldom % 8 == 0) _try(ADMIN, abi.encodeCall(exchange.pauseTrading, ()));
        else _try(ADMIN, abi.encodeCall(exchange.resumeTrading, ()));
        _goOn(bound(seconds_, 1, 600));
    }

    // ---- internal ----

    function _settle(uint256 seed) private {
        (bytes memory batch, SignedFill[] memory drawn, uint64 last) = _drawBatch(seed);
        VM.prank(OPERATOR);
        bytes memory outcomes = exchange.settle(batch);
        assertEq(exchange.lastBatchId(), last + 1, "batch id");
        ++accepted[exchange.settle.selector];
        ++calls;
        _note(drawn, outcomes);
    }

    /// @dev Calls the exchange as `sender`; false when it refuses with an error of its own.
    function _try(address sender, bytes memory call) private returns (bool done) {
        (done, ) = _call(sender, call);
    }

    function _call(address sender, bytes memory call) private returns (bool done, bytes memory answer) {
        ++calls;
        if (sender != address(this)) VM.prank(sender);
        (done, answer) = attempt(address(exchange), call);
        if (done) {
            ++accepted[bytes4(call)];
            return (done, answer);
        }
        assertTrue(answer.length >= 4, "refused with a reason");
        assertTrue(uint32(bytes4(answer)) != PANIC, "no arithmetic went wrong");
    }

    function _goOn(uint256 seconds_) private {
        now_ += seconds_;
        VM.warp(now_);
    }

    /// @dev Any set of members but rarely none, or one that names a member too many.
    function _memberSet(uint256 seed) private pure returns (uint256) {
        return seed % 16 == 0 ? (seed % 32 == 0 ? 0 : ALL_MEMBERS + 1) : 1 + (seed % ALL_MEMBERS);
    }

    function _cancellable(uint64 nonce) private pure returns (uint64) {
        return NONCES - 1 - (nonce % VOIDABLE_NONCES);
    }

    function _one(uint64 nonce) private pure returns (uint64[] memory nonces) {
        nonces = new uint64[](1);
        nonces[0] = nonce;
    }
}
