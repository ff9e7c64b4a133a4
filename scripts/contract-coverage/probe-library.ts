/** Where the simulated chain listens for hits: a call with 32 bytes is a tag. */
const LISTENER = "0xc0bEc0BEc0BeC0bEC0beC0bEC0bEC0beC0beC0BE";

/** The name under which instrumented sources import the library. */
export const PROBE_SOURCE = "__probe.sol";

/**
 * What probes call. It writes to scratch space only: settlement counts on free memory being zero. The cast lets
 * pure functions call it, which would not compile otherwise.
 */
export const PROBE_LIBRARY = `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

library __Probe {
    function hit(uint256 tag) internal pure {
        _pure(_send)(tag);
    }

    function way(bool condition, uint256 tag) internal pure returns (bool) {
        _pure(_send)(condition ? tag : tag + 1);
        return condition;
    }

    function _send(uint256 tag) private view {
        assembly ("memory-safe") {
            mstore(0x00, tag)
            pop(staticcall(gas(), ${LISTENER}, 0x00, 0x20, 0x00, 0x00))
        }
    }

    function _pure(
        function(uint256) internal view from
    ) private pure returns (function(uint256) internal pure to) {
        assembly ("memory-safe") {
            to := from
        }
    }
}
`;
