// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { SmartWallet } from "./SmartWallet.sol";

/// @title Deploys wallets where ERC-6492 signatures say they will be.
contract SmartWalletFactory {
    /// @notice The wallet of `owner`, deployed unless it is.
    function createWallet(address owner) external returns (address wallet) {
        wallet = walletOf(owner);
        if (wallet.code.length == 0) new SmartWallet{ salt: 0 }(owner);
    }

    /// @notice Where the wallet of `owner` is or will be.
    function walletOf(address owner) public view returns (address) {
        bytes32 code = keccak256(abi.encodePacked(type(SmartWallet).creationCode, abi.encode(owner)));
        return address(uint160(uint256(keccak256(abi.encodePacked(bytes1(0xff), address(this), bytes32(0), code)))));
    }
}
