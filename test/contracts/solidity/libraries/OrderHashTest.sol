// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { MessageHashUtils } from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import { IExchangeBase } from "../../../../contracts/interfaces/IExchangeBase.sol";
import { OrderHash } from "../../../../contracts/libraries/OrderHash.sol";
import { OrderTerms } from "../../../../contracts/types/OrderTerms.sol";
import { BatchWriter } from "../support/BatchWriter.sol";
import { FuzzTest } from "../support/FuzzTest.sol";

contract OrderHashTest is FuzzTest {
    function testFuzzThePackedDigestIsThePlainOne(
        IExchangeBase.Order calldata order,
        bytes32 domain,
        uint16 marketIndex
    ) external pure {
        // What a packed leg can say: one bit, one bit, six bits.
        IExchangeBase.Order memory signed = order;
        signed.outcome &= 1;
        signed.side &= 1;
        signed.timeInForce &= 63;
        bytes memory encoded = BatchWriter.encodeTerms(signed, marketIndex);
        OrderTerms terms;
        assembly ("memory-safe") {
            terms := mload(add(encoded, 44))
        }
        uint256 words = OrderHash.workspace(domain);
        bytes32 digest = OrderHash.digest(words, uint160(signed.maker), signed.marketId, terms);
        bytes32 plain = MessageHashUtils.toTypedDataHash(domain, _hash(signed));
        assertEq(digest, plain, "digest");
        bytes32 again = OrderHash.digest(words, uint160(signed.maker), signed.marketId, terms);
        assertEq(again, plain, "digest in a used workspace");
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
