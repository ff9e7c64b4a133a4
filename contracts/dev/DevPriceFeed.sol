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

    /// @dev Round `id` is entry `id - 1`.
    Round[] private _rounds;

    constructor(string memory description_, int256 firstAnswer) Ownable(msg.sender) {
        description = description_;
        _push(firstAnswer);
    }

    /// @notice Owner only: a new round, as of now.
    function push(int256 answer) external onlyOwner returns (uint80 roundId) {
        return _push(answer);
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
        if (roundId == 0 || roundId > _rounds.length) revert NoDataPresent();
        Round memory round = _rounds[roundId - 1];
        return (roundId, round.answer, round.updatedAt, round.updatedAt, roundId);
    }

    /// @inheritdoc IAggregatorV3
    function latestRoundData()
        external
        view
        override
        returns (uint80 id, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)
    {
        return getRoundData(uint80(_rounds.length));
    }

    function _push(int256 answer) private returns (uint80 roundId) {
        _rounds.push(Round(answer, block.timestamp));
        roundId = uint80(_rounds.length);
        emit AnswerUpdated(answer, roundId, block.timestamp);
    }
}
