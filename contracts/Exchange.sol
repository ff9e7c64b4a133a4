// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import { ExchangeStorage } from "./exchange/ExchangeStorage.sol";
import { Releases } from "./exchange/Releases.sol";
import { Settlement } from "./exchange/Settlement.sol";
import { ExchangeMarkets } from "./ExchangeMarkets.sol";
import { ExchangeRoles } from "./ExchangeRoles.sol";
import { IExchangeEscrow } from "./interfaces/IExchangeEscrow.sol";
import { OrderHash } from "./libraries/OrderHash.sol";
import { SlotKey } from "./libraries/SlotKey.sol";
import { Units } from "./libraries/Units.sol";
import { OutcomeTokens } from "./OutcomeTokens.sol";
import { AccountSlot } from "./types/AccountSlot.sol";
import { HoldingSlot } from "./types/HoldingSlot.sol";
import { MarketSlot } from "./types/MarketSlot.sol";

/// @title The Agon exchange; see `IExchange` for what it promises and `contracts/exchange/` for how.
/// @dev Immutable: no upgrade, no call that moves a user's funds against the rules. A contract's size limit puts the
/// code of `IExchangeMarkets` into a second contract, which this one creates in its constructor, for good, and runs on
/// its own storage.
contract Exchange is ExchangeStorage, Releases, Settlement {
    /// @notice What an exchange is deployed with.
    struct Config {
        IERC20 collateral;
        address admin;
        /// Seconds that a handover of the admin waits.
        uint48 adminDelay;
        address operator;
        address marketCreator;
        address guardian;
        uint40 exitDelay;
        uint40 settlementGrace;
    }

    /// @dev `ExchangeMarkets`, created with this exchange's own immutables.
    address private immutable _MARKETS_CODE;

    constructor(
        Config memory config
    )
        ExchangeStorage(config.collateral, new OutcomeTokens(), config.exitDelay, config.settlementGrace)
        EIP712("Agon", "1")
    {
        _setOperator(config.operator);
        _MARKETS_CODE = address(
            new ExchangeMarkets(
                _COLLATERAL,
                _OUTCOME_TOKENS,
                EXIT_DELAY,
                SETTLEMENT_GRACE,
                new ExchangeRoles(config.adminDelay, config.admin, config.marketCreator, config.guardian)
            )
        );
    }

    /// @notice The functions of `IExchangeMarkets`. Any other that is not here reverts without data, as does ether.
    // The answer, or the revert, goes back as it came.
    // solhint-disable-next-line no-complex-fallback, payable-fallback
    fallback() external {
        address code = _MARKETS_CODE;
        // Calldata and answer lie in free memory in turn; control does not come back to Solidity.
        assembly ("memory-safe") {
            let data := mload(0x40)
            calldatacopy(data, 0, calldatasize())
            let done := delegatecall(gas(), code, data, calldatasize(), 0, 0)
            returndatacopy(data, 0, returndatasize())
            if done {
                return(data, returndatasize())
            }
            revert(data, returndatasize())
        }
    }

    // ---- views: accounts ----

    /// @inheritdoc IExchangeEscrow
    function cashOf(address account) external view override returns (uint256) {
        return _accounts[account].cashMicro();
    }

    /// @inheritdoc IExchangeEscrow
    function sharesOf(address account, uint64 marketId) external view override returns (uint64 yesLots, uint64 noLots) {
        HoldingSlot slot = _holdings[SlotKey.holding(account, marketId)];
        return (uint64(slot.lotsOf(1)), uint64(slot.lotsOf(0)));
    }

    /// @inheritdoc IExchangeEscrow
    function filledLots(address maker, uint64 nonce) external view override returns (uint32) {
        return uint32(_lanes[SlotKey.lane(maker, nonce)] >> SlotKey.laneShift(nonce));
    }

    /// @inheritdoc IExchangeEscrow
    function cancelFloor(
        address account
    ) external view override returns (uint64 floor, uint64 pendingFloor, uint40 effectiveAt) {
        AccountSlot slot = _accounts[account];
        floor = slot.floorAt(block.timestamp);
        if (slot.pendingAt() > block.timestamp) (pendingFloor, effectiveAt) = (slot.pendingFloor(), slot.pendingAt());
    }

    /// @inheritdoc IExchangeEscrow
    function cancelOf(address account, uint64 nonce) external view override returns (uint40) {
        return _cancels[SlotKey.nonceOf(account, nonce)];
    }

    /// @inheritdoc IExchangeEscrow
    function isDelegate(address account, address delegate) external view override returns (bool) {
        return _isDelegate(account, delegate);
    }

    /// @inheritdoc IExchangeEscrow
    function withdrawalOf(address account) external view override returns (uint256 amountMicro, uint40 executableAt) {
        ExitRequest memory request = _withdrawals[account];
        return (request.amount, request.executableAt);
    }

    /// @inheritdoc IExchangeEscrow
    function exportOf(
        address account,
        uint64 marketId,
        uint8 outcome
    ) external view override returns (uint64 quantityLots, uint40 executableAt) {
        ExitRequest memory request = _exports[SlotKey.outcomeOf(account, marketId, outcome)];
        return (uint64(request.amount), request.executableAt);
    }

    // ---- views: markets ----

    /// @inheritdoc IExchangeEscrow
    function market(uint64 marketId) external view override returns (Market memory) {
        MarketSlot slot = _existingMarket(marketId);
        MarketDetails memory details = _marketDetails[marketId];
        return
            Market({
                closeTime: slot.closeTime(),
                resolveDeadline: details.resolveDeadline,
                resolver: details.resolver,
                takerFeeBps: slot.takerFeeBps(),
                priceStep: slot.priceStep(),
                status: slot.status(),
                payoutYes: slot.payoutYes(),
                openInterestLots: slot.openInterestLots(),
                metadataHash: details.metadataHash
            });
    }

    /// @inheritdoc IExchangeEscrow
    function marketCount() external view override returns (uint64) {
        return _totals.marketCount;
    }

    // ---- views: the whole ----

    /// @inheritdoc IExchangeEscrow
    function lastBatchId() external view override returns (uint64) {
        return _hot.lastBatchId();
    }

    /// @inheritdoc IExchangeEscrow
    function operator() external view override returns (address) {
        return _hot.operator();
    }

    /// @inheritdoc IExchangeEscrow
    function tradingPaused() external view override returns (bool) {
        return _hot.paused();
    }

    /// @inheritdoc IExchangeEscrow
    function totalCashMicro() external view override returns (uint256) {
        uint256 pairsMicro = _hot.openInterestLots() * Units.MICRO_PER_LOT;
        return _totals.collateralMicro - pairsMicro - _totals.unredeemedMicro - _totals.feesMicro;
    }

    /// @inheritdoc IExchangeEscrow
    function totalOpenInterestLots() external view override returns (uint256) {
        return _hot.openInterestLots();
    }

    /// @inheritdoc IExchangeEscrow
    function unredeemedMicro() external view override returns (uint256) {
        return _totals.unredeemedMicro;
    }

    /// @inheritdoc IExchangeEscrow
    function accruedFeesMicro() external view override returns (uint256) {
        return _totals.feesMicro;
    }

    /// @inheritdoc IExchangeEscrow
    function collateralMicro() external view override returns (uint256) {
        return _totals.collateralMicro;
    }

    /// @inheritdoc IExchangeEscrow
    function collateral() external view override returns (address) {
        return address(_COLLATERAL);
    }

    /// @inheritdoc IExchangeEscrow
    function outcomeTokens() external view override returns (address) {
        return address(_OUTCOME_TOKENS);
    }

    /// @inheritdoc IExchangeEscrow
    function hashOrder(Order calldata order) external view override returns (bytes32) {
        return _hashTypedDataV4(OrderHash.hash(order));
    }

    /// @inheritdoc IExchangeEscrow
    function hashRelease(Release calldata release) external view override returns (bytes32) {
        return _hashTypedDataV4(OrderHash.hash(release));
    }
}
