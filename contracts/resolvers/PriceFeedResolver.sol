// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAggregatorV3 } from "../interfaces/IAggregatorV3.sol";
import { IExchange } from "../interfaces/IExchange.sol";
import { IMarketResolver } from "../interfaces/IMarketResolver.sol";

/// @title Resolves markets by the first round of a price feed at or after the market's close.
/// @notice Anyone may trigger it. The round must be the first one, so whoever triggers cannot pick a price. A market
/// has its condition from its creation on: `resolverData` is an ABI-encoded `Condition`.
/// @dev Only rounds of the aggregator phase that the feed was in when the market was created count, since each of two
/// phases may have a first round. When a feed changes its aggregator before the round that decides, the market voids at
/// par past its deadline.
contract PriceFeedResolver is IMarketResolver {
    enum Kind {
        NONE,
        /// YES when the answer is at or above `price`.
        AT_OR_ABOVE,
        /// YES when the answer differs from `price` by at most `bandBps`.
        WITHIN,
        /// YES when the answer is below `price`.
        BELOW
    }

    /// @notice What decides a market. `price` in the feed's own unit.
    struct Condition {
        IAggregatorV3 feed;
        Kind kind;
        uint16 bandBps;
        int256 price;
    }

    /// @notice `marketId` resolves by `feed`; fixed from now on.
    event ConditionSet(uint64 indexed marketId, address indexed feed, Kind kind, uint16 bandBps, int256 price);
    event ResolvedByRound(uint64 indexed marketId, uint80 roundId, int256 answer, uint16 payoutYes);

    error NotExchange();
    /// @notice One price decides one market, not a group of exclusive ones.
    error GroupNotResolvable();
    error ConditionMissing();
    error ConditionInvalid();
    error AnswerInvalid();
    error RoundTooEarly();
    error RoundTooLate();
    error RoundNotFirst();
    error RoundOfOtherPhase();

    uint256 private constant BPS_SCALE = 10_000;
    uint16 private constant YES = 1000;
    uint16 private constant NO = 0;

    IExchange public immutable EXCHANGE;
    /// @notice A round later than this after the close tells nothing of the price at the close.
    uint256 public immutable MAX_ROUND_DELAY;

    mapping(uint64 marketId => Condition) private _conditions;
    mapping(uint64 marketId => uint16) private _phases;

    constructor(IExchange exchange, uint256 maxRoundDelay) {
        EXCHANGE = exchange;
        MAX_ROUND_DELAY = maxRoundDelay;
    }

    /// @notice Takes the market's condition, an ABI-encoded `Condition`.
    /// @inheritdoc IMarketResolver
    function marketCreated(uint64 marketId, bytes calldata data) external override {
        if (msg.sender != address(EXCHANGE)) revert NotExchange();
        (, uint16 memberCount) = EXCHANGE.groupOf(marketId);
        if (memberCount != 0) revert GroupNotResolvable();
        Condition memory condition = abi.decode(data, (Condition));
        bool bandFits =
            condition.kind == Kind.WITHIN
                ? condition.bandBps > 0 && condition.bandBps <= BPS_SCALE
                : condition.bandBps == 0;
        // The bound on the price keeps the comparison with a band within 256 bits.
        bool priceFits = condition.price > 0 && condition.price < type(int192).max;
        if (condition.kind == Kind.NONE || !bandFits || !priceFits || address(condition.feed).code.length == 0) {
            revert ConditionInvalid();
        }
        _conditions[marketId] = condition;
        (uint80 latestRound, , , , ) = condition.feed.latestRoundData();
        _phases[marketId] = _phaseOf(latestRound);
        emit ConditionSet(marketId, address(condition.feed), condition.kind, condition.bandBps, condition.price);
    }

    /// @notice Resolves `marketId` by `roundId`, which must be the feed's first round at or after the close. Anyone
    /// may call, once the exchange's settlement grace has passed.
    function resolve(uint64 marketId, uint80 roundId) external {
        Condition memory condition = _conditions[marketId];
        if (condition.kind == Kind.NONE) revert ConditionMissing();
        if (_phaseOf(roundId) != _phases[marketId]) revert RoundOfOtherPhase();
        int256 answer = _firstAnswer(condition.feed, roundId, EXCHANGE.market(marketId).closeTime);
        uint16 payoutYes = _holds(condition, answer) ? YES : NO;
        emit ResolvedByRound(marketId, roundId, answer, payoutYes);
        EXCHANGE.resolve(marketId, payoutYes);
    }

    function conditionOf(uint64 marketId) external view returns (Condition memory) {
        return _conditions[marketId];
    }

    /// @notice The aggregator phase whose rounds alone may resolve `marketId`: the high 16 bits of their ids.
    function phaseOf(uint64 marketId) external view returns (uint16) {
        return _phases[marketId];
    }

    function _phaseOf(uint80 roundId) private pure returns (uint16) {
        return uint16(roundId >> 64);
    }

    /// @dev The answer of `roundId` once it is proved to be the first at or after `closeTime`.
    function _firstAnswer(IAggregatorV3 feed, uint80 roundId, uint256 closeTime) private view returns (int256) {
        (, int256 answer, , uint256 updatedAt, ) = feed.getRoundData(roundId);
        if (answer <= 0 || answer >= type(int192).max || updatedAt == 0) revert AnswerInvalid();
        if (updatedAt < closeTime) revert RoundTooEarly();
        if (updatedAt > closeTime + MAX_ROUND_DELAY) revert RoundTooLate();
        // The low 64 bits count within a phase, from 1: the first round of a phase has no predecessor to compare with.
        if (uint64(roundId) <= 1) revert RoundNotFirst();
        (, , , uint256 previousAt, ) = feed.getRoundData(roundId - 1);
        if (previousAt == 0 || previousAt >= closeTime) revert RoundNotFirst();
        return answer;
    }

    function _holds(Condition memory condition, int256 answer) private pure returns (bool) {
        if (condition.kind == Kind.AT_OR_ABOVE) return answer >= condition.price;
        if (condition.kind == Kind.BELOW) return answer < condition.price;
        uint256 distance = uint256(answer > condition.price ? answer - condition.price : condition.price - answer);
        return distance * BPS_SCALE <= uint256(condition.price) * condition.bandBps;
    }
}
