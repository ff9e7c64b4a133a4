// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IExchangeBase } from "../../../../contracts/interfaces/IExchangeBase.sol";

/// @title Writes the packed batches that `BatchReader` reads, plainly.
library BatchWriter {
    /// @notice An order and its EIP-2098 signature.
    struct SignedOrder {
        IExchangeBase.Order order;
        bytes32 r;
        bytes32 vs;
    }

    struct Fill {
        uint16 takerIndex;
        uint16 makerIndex;
        uint32 quantityLots;
        uint16 yesPriceTicks;
    }

    error MarketNotListed(uint64 marketId);

    function encode(
        uint64 batchId,
        uint64[] memory marketIds,
        SignedOrder[] memory orders,
        Fill[] memory fills
    ) internal pure returns (bytes memory batch) {
        batch = abi.encodePacked(
            batchId,
            uint64(7),
            keccak256("journal"),
            uint16(marketIds.length),
            uint16(orders.length),
            uint16(fills.length)
        );
        for (uint256 i = 0; i < marketIds.length; ++i) batch = abi.encodePacked(batch, marketIds[i]);
        for (uint256 i = 0; i < orders.length; ++i) {
            batch = abi.encodePacked(
                batch,
                encodeTerms(orders[i].order, indexOf(marketIds, orders[i].order.marketId)),
                orders[i].r,
                orders[i].vs
            );
        }
        for (uint256 i = 0; i < fills.length; ++i) batch = abi.encodePacked(batch, encodeFill(fills[i]));
    }

    /// @notice The 44 bytes of an order before its signature.
    function encodeTerms(IExchangeBase.Order memory order, uint16 marketIndex) internal pure returns (bytes memory) {
        uint8 leg = order.outcome | (order.side << 1) | (order.timeInForce << 2);
        return
            abi.encodePacked(
                order.maker,
                marketIndex,
                leg,
                order.price,
                order.quantity,
                order.maxFeeBps,
                order.expiry,
                order.nonce
            );
    }

    function encodeFill(Fill memory fill) internal pure returns (bytes memory) {
        return abi.encodePacked(fill.takerIndex, fill.makerIndex, fill.quantityLots, fill.yesPriceTicks);
    }

    /// @notice Sorts orders in place by (maker, nonce), as a batch wants them.
    function sort(SignedOrder[] memory orders) internal pure {
        for (uint256 i = 1; i < orders.length; ++i) {
            SignedOrder memory moving = orders[i];
            uint256 place = i;
            for (; place > 0 && isBefore(moving.order, orders[place - 1].order); --place) {
                orders[place] = orders[place - 1];
            }
            orders[place] = moving;
        }
    }

    function isBefore(IExchangeBase.Order memory a, IExchangeBase.Order memory b) private pure returns (bool) {
        return a.maker == b.maker ? a.nonce < b.nonce : a.maker < b.maker;
    }

    function indexOf(uint64[] memory marketIds, uint64 marketId) private pure returns (uint16) {
        for (uint16 i = 0; i < marketIds.length; ++i) if (marketIds[i] == marketId) return i;
        revert MarketNotListed(marketId);
    }
}
