// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import { IExchangeEscrow } from "../interfaces/IExchangeEscrow.sol";
import { OrderHash } from "../libraries/OrderHash.sol";
import { Shares } from "./Shares.sol";

/// @title Immediate exits with the operator's consent: it knows that no fill under way needs the funds.
abstract contract Releases is Shares, EIP712 {
    uint8 private constant ASSET_CASH = 2;

    /// @inheritdoc IExchangeEscrow
    function executeRelease(Release calldata release, bytes calldata operatorSignature) external override nonReentrant {
        if (release.amount == 0) revert AmountZero();
        if (release.asset > ASSET_CASH) revert OutcomeInvalid();
        if (block.timestamp > release.deadline) revert ReleaseExpired();
        _useNonce(release.account, release.nonce);
        bytes32 digest = _hashTypedDataV4(OrderHash.hash(release));
        (address signer, ECDSA.RecoverError failure, ) = ECDSA.tryRecoverCalldata(digest, operatorSignature);
        if (failure != ECDSA.RecoverError.NoError || signer != _hot.operator()) revert ReleaseSignatureInvalid();
        if (release.asset == ASSET_CASH) {
            if (release.marketId != 0) revert MarketUnknown();
            _withdraw(release.account, release.amount, release.nonce);
        } else {
            _export(release.account, release.marketId, release.asset, release.amount, release.nonce);
        }
    }

    /// @inheritdoc IExchangeEscrow
    function releaseUsed(address account, uint64 nonce) external view override returns (bool) {
        return nonce == 0 || _releases[account][nonce >> 8] & (1 << (nonce & 0xff)) != 0;
    }

    /// @dev Nonce 0 stands for a delayed exit in the events, so no release may use it.
    function _useNonce(address account, uint64 nonce) private {
        uint256 bit = 1 << (nonce & 0xff);
        uint256 used = _releases[account][nonce >> 8];
        if (nonce == 0 || used & bit != 0) revert ReleaseUsed();
        _releases[account][nonce >> 8] = used | bit;
    }
}
