// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ERC1155 } from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";
import { Strings } from "@openzeppelin/contracts/utils/Strings.sol";

/// @title Shares outside escrow, as ERC-1155 tokens.
/// @notice Token id: `marketId << 1 | outcome` (1 YES, 0 NO). Amount: lots of 0.01 share, hence two decimals.
contract OutcomeTokens is ERC1155 {
    using Strings for uint256;

    /// @notice The caller is not the exchange.
    error NotExchange();

    /// @notice The only contract that mints and burns: its deployer.
    address public immutable EXCHANGE;

    modifier onlyExchange() {
        if (msg.sender != EXCHANGE) revert NotExchange();
        _;
    }

    constructor() ERC1155("") {
        EXCHANGE = msg.sender;
    }

    /// @notice Exchange only. Calls back a receiver that is a contract, as ERC-1155 demands.
    /// @param to Who receives the tokens.
    /// @param id Token id.
    /// @param lots How many.
    function mint(address to, uint256 id, uint256 lots) external onlyExchange {
        _mint(to, id, lots, "");
    }

    /// @notice Exchange only, for the token's owner who called it: needs no approval.
    /// @param from Whose tokens.
    /// @param id Token id.
    /// @param lots How many.
    function burn(address from, uint256 id, uint256 lots) external onlyExchange {
        _burn(from, id, lots);
    }

    /// @notice What explorers and wallets call the whole collection; ERC-1155 itself has no name.
    /// @return The name.
    function name() external pure returns (string memory) {
        return "Agon outcome shares";
    }

    /// @notice The collection's short name.
    /// @return The symbol.
    function symbol() external pure returns (string memory) {
        return "AGON-OUTCOME";
    }

    /// @notice ERC-1155 metadata as a data URI, so that it needs no server.
    /// @param id `marketId << 1 | outcome`.
    /// @return JSON: name, decimals (2), market id and outcome.
    function uri(uint256 id) public pure override returns (string memory) {
        string memory marketId = (id >> 1).toString();
        string memory outcome = id & 1 == 1 ? "YES" : "NO";
        return
            string.concat(
                'data:application/json;utf8,{"name":"Agon market ',
                marketId,
                ": ",
                outcome,
                '","decimals":2,"properties":{"marketId":',
                marketId,
                ',"outcome":"',
                outcome,
                '"}}'
            );
    }
}
