// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { IExchange } from "../interfaces/IExchange.sol";
import { IMarketResolver } from "../interfaces/IMarketResolver.sol";
import { IOptimisticResolver } from "../interfaces/IOptimisticResolver.sol";
import { Units } from "../libraries/Units.sol";
import { MarketSlotFields } from "../types/MarketSlot.sol";

/// @title The optimistic resolver; see `IOptimisticResolver` for its rules.
contract OptimisticResolver is IOptimisticResolver, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    // ---- immutables ----

    /// @inheritdoc IOptimisticResolver
    uint32 public constant override ARBITRATION_PERIOD = 3 days;
    IExchange public immutable EXCHANGE;
    /// @inheritdoc IOptimisticResolver
    uint32 public immutable override MIN_CHALLENGE_WINDOW;
    /// @inheritdoc IOptimisticResolver
    uint32 public immutable override MAX_CHALLENGE_WINDOW;

    IERC20 private immutable _COLLATERAL;

    // ---- storage ----

    mapping(uint64 marketId => Terms) private _terms;
    mapping(uint64 marketId => Answer) private _answers;
    mapping(address account => uint256) private _credits;
    uint256 private _owedMicro;

    constructor(IExchange exchange) {
        uint256 minWindow = exchange.EXIT_DELAY();
        uint256 maxWindow = exchange.PROPOSAL_VOID_DELAY() - ARBITRATION_PERIOD;
        if (minWindow > maxWindow) revert ConfigInvalid();
        EXCHANGE = exchange;
        _COLLATERAL = IERC20(exchange.collateral());
        MIN_CHALLENGE_WINDOW = uint32(minWindow);
        MAX_CHALLENGE_WINDOW = uint32(maxWindow);
    }

    // ---- terms ----

    /// @notice Takes the terms of a market or a group, ABI-encoded `Terms`.
    /// @inheritdoc IMarketResolver
    function marketCreated(uint64 marketId, bytes calldata data) external override {
        if (msg.sender != address(EXCHANGE)) revert NotExchange();
        Terms memory terms = abi.decode(data, (Terms));
        bool valid =
            terms.arbiter != address(0) &&
                terms.bondMicro > 0 &&
                terms.bondMicro <= Units.MAX_ESCROW_MICRO &&
                terms.challengeWindow >= MIN_CHALLENGE_WINDOW &&
                terms.challengeWindow <= MAX_CHALLENGE_WINDOW;
        if (!valid) revert TermsInvalid();
        _terms[marketId] = terms;
        emit TermsSet(marketId, terms.arbiter, terms.bondMicro, terms.challengeWindow, terms.rulesHash);
    }

    // ---- answers ----

    /// @inheritdoc IOptimisticResolver
    function propose(
        uint64 marketId,
        uint16[] calldata payoutsYes,
        bytes32 evidenceHash
    ) external override nonReentrant {
        Terms memory terms = _terms[marketId];
        if (terms.arbiter == address(0)) revert TermsMissing();
        Answer storage answer = _answers[marketId];
        if (answer.phase != Phase.NONE) revert AnswerStands();
        _takeBond(terms.bondMicro);
        uint40 challengeEndsAt = uint40(block.timestamp) + terms.challengeWindow;
        answer.proposer = msg.sender;
        answer.challengeEndsAt = challengeEndsAt;
        answer.phase = Phase.PROPOSED;
        answer.payoutsYes = payoutsYes;
        emit AnswerProposed(marketId, msg.sender, payoutsYes, challengeEndsAt, evidenceHash);
        // Refuses what is too early, payouts that do not fit the market or group, and a market that is void.
        if (payoutsYes.length == 1) EXCHANGE.propose(marketId, payoutsYes[0]);
        else EXCHANGE.proposeGroup(marketId, payoutsYes);
    }

    /// @inheritdoc IOptimisticResolver
    function challenge(uint64 marketId, bytes32 evidenceHash) external override nonReentrant {
        Answer storage answer = _openAnswer(marketId);
        if (answer.phase == Phase.DISPUTED) revert AnswerDisputed();
        if (block.timestamp >= answer.challengeEndsAt) revert WindowOver();
        if (msg.sender == answer.proposer) revert OwnAnswer();
        _takeBond(_terms[marketId].bondMicro);
        answer.phase = Phase.DISPUTED;
        answer.challenger = msg.sender;
        emit AnswerChallenged(marketId, msg.sender, evidenceHash);
    }

    /// @inheritdoc IOptimisticResolver
    function finalize(uint64 marketId) external override nonReentrant {
        Answer storage answer = _openAnswer(marketId);
        if (answer.phase == Phase.DISPUTED) revert AnswerDisputed();
        if (block.timestamp < answer.challengeEndsAt) revert WindowOpen(answer.challengeEndsAt);
        answer.phase = Phase.CLOSED;
        uint16[] memory payoutsYes = answer.payoutsYes;
        emit AnswerFinalized(marketId, payoutsYes);
        _credit(marketId, answer.proposer, _terms[marketId].bondMicro);
        _resolve(marketId, payoutsYes);
    }

    /// @inheritdoc IOptimisticResolver
    function arbitrate(
        uint64 marketId,
        uint16[] calldata payoutsYes,
        bytes32 evidenceHash
    ) external override nonReentrant {
        Terms memory terms = _terms[marketId];
        if (msg.sender != terms.arbiter) revert NotArbiter();
        Answer storage answer = _openAnswer(marketId);
        if (answer.phase != Phase.DISPUTED) revert NotDisputed();
        answer.phase = Phase.CLOSED;
        bool isRight = keccak256(abi.encode(payoutsYes)) == keccak256(abi.encode(answer.payoutsYes));
        address winner = isRight ? answer.proposer : answer.challenger;
        emit AnswerArbitrated(marketId, winner, payoutsYes, evidenceHash);
        uint256 feeMicro = terms.bondMicro / 2;
        _credit(marketId, winner, 2 * uint256(terms.bondMicro) - feeMicro);
        _credit(marketId, terms.arbiter, feeMicro);
        _resolve(marketId, payoutsYes);
    }

    /// @inheritdoc IOptimisticResolver
    function releaseBonds(uint64 marketId) external override nonReentrant {
        Answer storage answer = _openAnswer(marketId);
        // Only this contract resolves the market, and then it closes the answer: what is final without it is void.
        if (EXCHANGE.market(marketId).status < MarketSlotFields.RESOLVED) revert MarketUnresolved();
        bool isDisputed = answer.phase == Phase.DISPUTED;
        answer.phase = Phase.CLOSED;
        emit BondsReleased(marketId);
        uint256 bondMicro = _terms[marketId].bondMicro;
        _credit(marketId, answer.proposer, bondMicro);
        if (isDisputed) _credit(marketId, answer.challenger, bondMicro);
    }

    // ---- credits ----

    /// @inheritdoc IOptimisticResolver
    function withdrawCredit(address to) external override nonReentrant {
        uint256 micro = _credits[msg.sender];
        if (micro == 0) revert NothingCredited();
        delete _credits[msg.sender];
        _owedMicro -= micro;
        emit CreditWithdrawn(msg.sender, to, micro);
        _COLLATERAL.safeTransfer(to, micro);
    }

    // ---- views ----

    /// @inheritdoc IOptimisticResolver
    function termsOf(uint64 marketId) external view override returns (Terms memory) {
        return _terms[marketId];
    }

    /// @inheritdoc IOptimisticResolver
    function answerOf(uint64 marketId) external view override returns (Answer memory) {
        return _answers[marketId];
    }

    /// @inheritdoc IOptimisticResolver
    function creditOf(address account) external view override returns (uint256) {
        return _credits[account];
    }

    /// @inheritdoc IOptimisticResolver
    function owedMicro() external view override returns (uint256) {
        return _owedMicro;
    }

    // ---- internal ----

    /// @dev What arrives must be what was asked, so that no bond is backed by another's.
    function _takeBond(uint256 micro) private {
        _owedMicro += micro;
        uint256 before = _COLLATERAL.balanceOf(address(this));
        _COLLATERAL.safeTransferFrom(msg.sender, address(this), micro);
        if (_COLLATERAL.balanceOf(address(this)) - before != micro) revert BondNotReceived();
    }

    /// @dev What was owed as a bond is owed as a credit from now on.
    function _credit(uint64 marketId, address account, uint256 micro) private {
        _credits[account] += micro;
        emit CreditAdded(marketId, account, micro);
    }

    function _openAnswer(uint64 marketId) private view returns (Answer storage answer) {
        answer = _answers[marketId];
        if (answer.phase == Phase.NONE) revert NoAnswer();
        if (answer.phase == Phase.CLOSED) revert AnswerClosed();
    }

    /// @dev A group has two members at least: one payout is a lone market's.
    function _resolve(uint64 marketId, uint16[] memory payoutsYes) private {
        if (payoutsYes.length == 1) EXCHANGE.resolve(marketId, payoutsYes[0]);
        else EXCHANGE.resolveGroup(marketId, payoutsYes);
    }
}
