// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Address } from "@openzeppelin/contracts/utils/Address.sol";
import { IMarketResolver } from "../interfaces/IMarketResolver.sol";

/// @title A resolver for tests: its terms are a call that it makes back to whoever tells it of a market.
contract CallbackResolver is IMarketResolver {
    /// @notice The call came through, with what it returned.
    event CalledBack(uint64 indexed marketId, bytes returned);

    /// @notice Reverts with what the call reverts with.
    /// @inheritdoc IMarketResolver
    function marketCreated(uint64 marketId, bytes calldata data) external override {
        emit CalledBack(marketId, Address.functionCall(msg.sender, data));
    }
}
