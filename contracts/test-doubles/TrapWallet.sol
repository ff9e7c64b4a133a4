// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC1155Receiver } from "@openzeppelin/contracts/token/ERC1155/IERC1155Receiver.sol";
import { IERC165 } from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

/// @title A contract wallet for tests that answers as it is told: yes, no, by a revert, or by burning all gas; and
/// that may call someone first.
/// @dev Says yes to every ERC-1271 question while honest, whatever was signed.
contract TrapWallet is IERC1155Receiver {
    enum Mood {
        HONEST,
        REVERTING,
        BURNING,
        REFUSING
    }

    error Trapped();

    Mood public mood;
    /// @notice How often anyone asked for anything but `call` and `setMood`.
    uint256 public asked;
    bytes public hookError;
    bool public hookRan;
    address private _hookTarget;
    bytes private _hookData;

    function setMood(Mood mood_) external {
        mood = mood_;
    }

    /// @notice The next token received calls `target` with `data`, once.
    function arm(address target, bytes calldata data) external {
        _hookTarget = target;
        _hookData = data;
    }

    /// @notice The wallet as its owner uses it.
    function execute(address target, bytes calldata data) external returns (bytes memory) {
        // Whatever the test wants called.
        // solhint-disable-next-line avoid-low-level-calls
        (bool succeeded, bytes memory answer) = target.call(data);
        if (!succeeded) {
            // Passes the reason on as it came.
            assembly ("memory-safe") {
                revert(add(answer, 0x20), mload(answer))
            }
        }
        return answer;
    }

    /// @notice ERC-1271.
    function isValidSignature(bytes32, bytes calldata) external returns (bytes4) {
        return _answer(this.isValidSignature.selector);
    }

    /// @inheritdoc IERC1155Receiver
    function onERC1155Received(address, address, uint256, uint256, bytes calldata) external override returns (bytes4) {
        return _answer(this.onERC1155Received.selector);
    }

    /// @inheritdoc IERC1155Receiver
    function onERC1155BatchReceived(
        address,
        address,
        uint256[] calldata,
        uint256[] calldata,
        bytes calldata
    ) external override returns (bytes4) {
        return _answer(this.onERC1155BatchReceived.selector);
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) external pure override returns (bool) {
        return interfaceId == type(IERC1155Receiver).interfaceId || interfaceId == type(IERC165).interfaceId;
    }

    function _answer(bytes4 yes) private returns (bytes4) {
        if (mood == Mood.REFUSING) return 0xffffffff;
        if (mood == Mood.REVERTING) revert Trapped();
        if (mood == Mood.BURNING) {
            // Takes all gas that the caller left.
            assembly ("memory-safe") {
                invalid()
            }
        }
        ++asked;
        if (_hookTarget == address(0)) return yes;
        address target = _hookTarget;
        _hookTarget = address(0);
        bool succeeded;
        // solhint-disable-next-line avoid-low-level-calls
        (succeeded, hookError) = target.call(_hookData);
        if (succeeded) hookError = "";
        hookRan = true;
        return yes;
    }
}
