// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { MessageHashUtils } from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import { IExchangeBase } from "../../../../contracts/interfaces/IExchangeBase.sol";
import { OrderHash } from "../../../../contracts/libraries/OrderHash.sol";
import { OrderUnpacking } from "../../../../contracts/libraries/OrderUnpacking.sol";
import { MarketRecord, MarketRecords, OrderRecord, OrderRecords } from "../../../../contracts/types/BatchRecords.sol";
import { MarketSlotFields } from "../../../../contracts/types/MarketSlot.sol";
import { BatchWriter } from "../support/BatchWriter.sol";
import { FuzzTest } from "../support/FuzzTest.sol";

contract OrderHashTest is FuzzTest {
    function testFuzzThePackedDigestIsThePlainOne(
        IExchangeBase.Order calldata order,
        bytes32 domain,
        uint16 marketIndex
    ) external view {
        // What a packed leg can say: one bit, one bit, six bits.
        IExchangeBase.Order memory signed = order;
        signed.outcome &= 1;
        signed.side &= 1;
        signed.timeInForce &= 63;
        bytes32 plain = MessageHashUtils.toTypedDataHash(domain, _hash(signed));
        bytes memory entry = BatchWriter.encodeTerms(signed, marketIndex);
        (bytes32 digest, bytes32 again, int256 limit) = this.unpack(entry, signed.marketId, marketIndex, domain);
        assertEq(digest, plain, "digest");
        assertEq(again, plain, "digest in a used workspace");
        int256 yesLimit = signed.outcome == 1 ? int256(uint256(signed.price)) : 1000 - int256(uint256(signed.price));
        assertTrue(limit == (signed.outcome != signed.side ? yesLimit : ~yesLimit), "limit");
    }

    /// @dev As settlement does with the order table's entry, twice in the same workspace.
    function unpack(
        bytes calldata entry,
        uint64 marketId,
        uint16 marketIndex,
        bytes32 domain
    ) external pure returns (bytes32 digest, bytes32 again, int256 limit) {
        (MarketRecord market, OrderRecord order) = _records();
        market.create(marketId, MarketSlotFields.create(0, 0, 1), 0);
        uint256 offset;
        assembly ("memory-safe") {
            offset := entry.offset
        }
        // A table of markets in which the one at the index is this one.
        unchecked {
            order.create(offset, MarketRecord.unwrap(market) - marketIndex * MarketRecords.BYTES);
        }
        order.setAccount(order.ownAccount());
        uint256 words = OrderHash.workspace(domain);
        OrderUnpacking.unpack(order, words, 0);
        digest = OrderHash.digest(words);
        OrderUnpacking.unpack(order, words, 0);
        again = OrderHash.digest(words);
        limit = int256(order.limit());
    }

    function _records() private pure returns (MarketRecord, OrderRecord) {
        bytes memory room = new bytes(MarketRecords.BYTES + OrderRecords.BYTES);
        uint256 start;
        assembly ("memory-safe") {
            start := add(room, 0x20)
        }
        return (MarketRecord.wrap(start), OrderRecord.wrap(start + MarketRecords.BYTES));
    }

    function testFuzzTheStructHashIsThePlainOne(IExchangeBase.Order calldata order) external pure {
        assertEq(OrderHash.hash(order), _hash(order), "order");
    }

    function testFuzzTheReleaseHashIsThePlainOne(IExchangeBase.Release calldata release) external pure {
        bytes32 typehash = keccak256(
            "Release(address account,uint64 marketId,uint8 asset,uint128 amount,uint64 nonce,uint40 deadline)"
        );
        assertEq(OrderHash.hash(release), keccak256(abi.encode(typehash, release)), "release");
    }

    /// @dev `abi.encode` of a struct of static fields is its fields, a word each.
    function _hash(IExchangeBase.Order memory order) private pure returns (bytes32) {
        bytes32 typehash = keccak256(
            "Order(address maker,uint64 marketId,uint8 outcome,uint8 side,uint16 price,uint32 quantity,"
            "uint8 timeInForce,uint16 maxFeeBps,uint40 expiry,uint64 nonce)"
        );
        return keccak256(abi.encode(typehash, order));
    }
}
