// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import { OrderSignature } from "../../../../contracts/libraries/OrderSignature.sol";
import { FuzzTest } from "../support/FuzzTest.sol";

contract OrderSignatureTest is FuzzTest {
    uint256 private constant CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    function testFuzzRecoversTheSigner(uint256 keySeed, bytes32 digest) external view {
        uint256 key = bound(keySeed, 1, CURVE_ORDER - 1);
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(key, digest);
        bytes32 vs = bytes32(uint256(s) | (uint256(v - 27) << 255));
        assertEq(OrderSignature.recover(digest, r, vs), uint160(VM.addr(key)), "signer");
    }

    function testFuzzAgreesWithOpenZeppelinOnAnyBytes(bytes32 digest, bytes32 r, bytes32 vs) external view {
        (address expected, ECDSA.RecoverError failure, ) = ECDSA.tryRecover(digest, r, vs);
        if (failure != ECDSA.RecoverError.NoError) expected = address(0);
        assertEq(OrderSignature.recover(digest, r, vs), uint160(expected), "signer");
    }

    /// @dev Low `s`, so that most of these do recover to someone.
    function testFuzzAgreesWithOpenZeppelinOnLikelyBytes(bytes32 digest, bytes32 r, uint256 s, bool odd) external view {
        bytes32 vs = bytes32(bound(s, 1, CURVE_ORDER / 2) | (odd ? 1 << 255 : 0));
        (address expected, ECDSA.RecoverError failure, ) = ECDSA.tryRecover(digest, r, vs);
        if (failure != ECDSA.RecoverError.NoError) expected = address(0);
        assertEq(OrderSignature.recover(digest, r, vs), uint160(expected), "signer");
    }

    /// @dev Above half the curve's order, where the twin of every signature lies, as far as 255 bits hold it.
    function testFuzzRefusesAHighS(bytes32 digest, bytes32 r, uint256 s, bool odd) external view {
        uint256 high = bound(s, CURVE_ORDER / 2 + 1, type(uint256).max >> 1);
        bytes32 vs = bytes32(high | (odd ? 1 << 255 : 0));
        assertEq(OrderSignature.recover(digest, r, vs), 0, "nobody");
    }
}
