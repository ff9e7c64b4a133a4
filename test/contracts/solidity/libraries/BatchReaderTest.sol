// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IExchangeErrors } from "../../../../contracts/interfaces/IExchangeErrors.sol";
import { BatchReader } from "../../../../contracts/libraries/BatchReader.sol";
import { MarketRecord, OrderRecord, OrderRecords } from "../../../../contracts/types/BatchRecords.sol";
import { OrderTerms } from "../../../../contracts/types/OrderTerms.sol";
import { BatchWriter } from "../support/BatchWriter.sol";
import { FuzzTest } from "../support/FuzzTest.sol";

contract BatchReaderTest is FuzzTest {
    function testFuzzReadsBackWhatWasWritten(
        uint64 batchId,
        uint64[] calldata marketIds,
        BatchWriter.SignedOrder[] calldata orders,
        BatchWriter.Fill[] calldata fills
    ) external view {
        uint64[] memory markets = marketIds;
        if (markets.length == 0) markets = new uint64[](1);
        BatchWriter.SignedOrder[] memory inMarkets = orders;
        for (uint256 i = 0; i < inMarkets.length; ++i) {
            inMarkets[i].order.marketId = markets[i % markets.length];
            inMarkets[i].order.outcome &= 1;
            inMarkets[i].order.side &= 1;
            inMarkets[i].order.timeInForce &= 63;
        }
        this.assertReads(BatchWriter.encode(batchId, markets, inMarkets, fills), batchId, markets, inMarkets, fills);
    }

    function testFuzzRefusesAnyOtherLength(
        BatchWriter.SignedOrder[] calldata orders,
        BatchWriter.Fill[] calldata fills,
        bytes calldata more,
        uint16 cut
    ) external view {
        uint64[] memory markets = new uint64[](1);
        BatchWriter.SignedOrder[] memory inMarket = orders;
        for (uint256 i = 0; i < inMarket.length; ++i) inMarket[i].order.marketId = 0;
        bytes memory batch = BatchWriter.encode(1, markets, inMarket, fills);
        if (more.length > 0) assertMalformed(abi.encodePacked(batch, more));
        uint256 kept = bound(cut, 0, batch.length - 1);
        assembly ("memory-safe") {
            mstore(batch, kept)
        }
        assertMalformed(batch);
    }

    function assertReads(
        bytes calldata batch,
        uint64 batchId,
        uint64[] calldata marketIds,
        BatchWriter.SignedOrder[] calldata orders,
        BatchWriter.Fill[] calldata fills
    ) external pure {
        BatchReader.Frame memory frame = BatchReader.open(batch);
        assertEq(frame.batchId, batchId, "batch id");
        assertEq(frame.journalSeq, 7, "journal seq");
        assertEq(frame.journalHash, keccak256("journal"), "journal hash");
        assertEq(frame.orderTable - frame.marketTable, 8 * marketIds.length, "markets");
        assertEq(frame.fillTable - frame.orderTable, 108 * orders.length, "orders");
        assertEq(frame.fillCount, fills.length, "fills");
        for (uint256 i = 0; i < marketIds.length; ++i) {
            assertEq(BatchReader.marketEntry(frame.marketTable + 8 * i), marketIds[i], "market");
        }
        for (uint256 i = 0; i < orders.length; ++i) {
            assertOrder(OrderRecords.nth(frame.orderRecords, i), frame, frame.orderTable + 108 * i, orders[i]);
        }
        for (uint256 i = 0; i < fills.length; ++i) assertFill(frame.fillTable + 10 * i, fills[i]);
    }

    function read(bytes calldata batch) external pure {
        BatchReader.open(batch);
    }

    function assertMalformed(bytes memory batch) private view {
        (bool ok, bytes memory answer) = address(this).staticcall(abi.encodeCall(this.read, (batch)));
        assertTrue(!ok && bytes4(answer) == IExchangeErrors.BatchMalformed.selector, "malformed");
    }

    function assertOrder(
        OrderRecord order,
        BatchReader.Frame memory frame,
        uint256 offset,
        BatchWriter.SignedOrder calldata written
    ) private pure {
        order.create(offset, frame.marketRecords);
        OrderTerms terms = order.terms();
        (bytes32 r, bytes32 vs) = BatchReader.signatureEntry(offset);
        assertEq(order.maker(), uint160(written.order.maker), "maker");
        assertEq(uint64(order.key()), written.order.nonce, "nonce in the key");
        uint256 markets = frame.marketRecordsEnd - frame.marketRecords;
        assertTrue(MarketRecord.unwrap(order.market()) - frame.marketRecords < markets, "market");
        assertEq(terms.price(), written.order.price, "price");
        assertEq(terms.quantity(), written.order.quantity, "quantity");
        assertEq(terms.nonce(), written.order.nonce, "nonce");
        assertEq(r, written.r, "r");
        assertEq(vs, written.vs, "vs");
    }

    function assertFill(uint256 offset, BatchWriter.Fill calldata written) private pure {
        (uint256 taker, uint256 maker, uint256 quantity, uint256 yesPrice) = BatchReader.fillEntry(offset);
        assertEq(taker, written.takerIndex, "taker");
        assertEq(maker, written.makerIndex, "maker index");
        assertEq(quantity, written.quantityLots, "lots");
        assertEq(yesPrice, written.yesPriceTicks, "price");
    }
}
