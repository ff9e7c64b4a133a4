// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title What a Chainlink price feed answers.
/// @dev A feed's round ids carry its aggregator's phase in the bits from 64 on and count from 1 below.
interface IAggregatorV3 {
    /// @notice Decimals of every answer.
    /// @return The number.
    function decimals() external view returns (uint8);
    /// @notice What the feed prices, for example `ETH / USD`.
    /// @return The name.
    function description() external view returns (string memory);
    /// @notice Version of the aggregator.
    /// @return The number.
    function version() external view returns (uint256);
    /// @notice A round of the past.
    /// @param roundId Which.
    /// @return id Its id.
    /// @return answer The price.
    /// @return startedAt Unix seconds.
    /// @return updatedAt When the answer came, unix seconds; 0 for none.
    /// @return answeredInRound Obsolete.
    function getRoundData(
        uint80 roundId
    ) external view returns (uint80 id, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound);
    /// @notice The newest round.
    /// @return id Its id.
    /// @return answer The price.
    /// @return startedAt Unix seconds.
    /// @return updatedAt When the answer came, unix seconds.
    /// @return answeredInRound Obsolete.
    function latestRoundData()
        external
        view
        returns (uint80 id, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound);
}
