// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Ownable } from "@openzeppelin/contracts/access/Ownable.sol";
import { IAggregatorV3 } from "../interfaces/IAggregatorV3.sol";

/// @title A price feed of development chains: its owner pushes the rounds.
contract DevPriceFeed is IAggregatorV3, Ownable {
    struct Round {
        int256 answer;
        uint256 updatedAt;
    }

    error NoDataPresent();

    /// @notice As of Chainlink's aggregators.
    event AnswerUpdated(int256 indexed current, uint256 indexed roundId, uint256 updatedAt);

    string public override description;

    /// @dev Round `phase << 64 | number` is entry `number - 1` of its phase, as behind Chainlink's proxies.
    mapping(uint16 phase => Round[]) private _rounds;
    uint16 private _phase;

    constructor(string memory description_, int256 firstAnswer) Ownable(msg.sender) {
        description = description_;
        _push(firstAnswer);
    }

    /// @notice Owner only: a new round, as of now.
    function push(int256 answer) external onlyOwner returns (uint80 roundId) {
        return _push(answer);
    }

    /// @notice Owner only: a new phase, as when a feed changes its aggregator, and its first round.
    function beginPhase(int256 firstAnswer) external onlyOwner returns (uint80 roundId) {
        ++_phase;
        return _push(firstAnswer);
    }

    function decimals() external pure override returns (uint8) {
        return 8;
    }

    function version() external pure override returns (uint256) {
        return 1;
    }

    /// @inheritdoc IAggregatorV3
    function getRoundData(
        uint80 roundId
    )
        public
        view
        override
        returns (uint80 id, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)
    {
        Round[] storage rounds = _rounds[uint16(roundId >> 64)];
        uint256 number = uint64(roundId);
        if (number == 0 || number > rounds.length) revert NoDataPresent();
        Round memory round = rounds[number - 1];
        return (roundId, round.answer, round.updatedAt, round.updatedAt, roundId);
    }

    /// @inheritdoc IAggregatorV3
    function latestRoundData()
        external
        view
        override
        returns (uint80 id, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)
    {
        return getRoundData(_latestRound());
    }

    function _push(int256 answer) private returns (uint80 roundId) {
        _rounds[_phase].push(Round(answer, block.timestamp));
        roundId = _latestRound();
        emit AnswerUpdated(answer, roundId, block.timestamp);
    }
    function _latestRound() private view returns (uint80) {
        return (uint80(_phase) << 64) | uint64(_rounds[_phase].length);
    }
}
