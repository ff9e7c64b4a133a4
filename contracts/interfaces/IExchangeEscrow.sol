// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IExchangeBase } from "./IExchangeBase.sol";

/// @title The half of the exchange that holds what is owed: escrow, exits, orders, settlement, views.
interface IExchangeEscrow is IExchangeBase {
    // ---- cash ----

    /// @notice Moves collateral from the caller's wallet (allowance needed) into `account`'s escrow. Reverts
    /// `TradingIsPaused` during a pause, as `split` does.
    function deposit(address account, uint256 amountMicro) external;
    /// @notice As `deposit`, with an EIP-2612 permit of the caller in place of an allowance. A permit that was
    /// already used by someone else does not matter while the allowance stands.
    function depositWithPermit(
        address account,
        uint256 amountMicro,
        uint256 permitDeadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;
    /// @notice Asks for a withdrawal that the operator cannot refuse; executable after `EXIT_DELAY`.
    function requestWithdrawal(uint256 amountMicro) external;
    function cancelWithdrawal() external;
    /// @notice Pays out a withdrawal whose delay has passed, at most what is left, to `account`'s wallet. Anyone may
    /// call. With nothing left it reverts `InsufficientCash` and the request stands.
    function executeWithdrawal(address account) external;
    /// @notice Immediate exit of cash (asset 2) or shares (asset 0, 1) with the operator's signature. Anyone may
    /// submit it; it pays only `release.account`.
    function executeRelease(Release calldata release, bytes calldata operatorSignature) external;

    // ---- shares ----

    function requestExport(uint64 marketId, uint8 outcome, uint64 quantityLots) external;
    function cancelExport(uint64 marketId, uint8 outcome) external;
    function executeExport(address account, uint64 marketId, uint8 outcome) external;
    function importShares(uint64 marketId, uint8 outcome, uint64 quantityLots) external;
    function split(uint64 marketId, uint64 quantityLots) external;
    function mergeTokens(uint64 marketId, uint64 quantityLots) external;
    /// @notice Turns `account`'s escrowed shares of a resolved market into escrowed cash. Anyone may call.
    function redeem(address account, uint64 marketId) external;
    function redeemTokens(uint64 marketId) external;

    // ---- orders and keys ----

    function raiseCancelFloor(uint64 floor) external;
    function requestCancel(uint64[] calldata nonces) external;
    function finalizeCancel(address account, uint64[] calldata nonces) external;
    function addDelegate(address delegate) external;
    function removeDelegate(address delegate) external;

    // ---- settlement ----

    /// @notice Settles one packed batch (format: `contracts/libraries/BatchReader.sol`). Operator only. Each fill
    /// holds or is skipped by itself. Reverts `BatchOutOfOrder` unless the batch's id is `lastBatchId() + 1`: so each
    /// settles once.
    /// @return outcomes One byte a fill: 0 settled, else the reason of its `FillSkipped`; for callers that simulate.
    function settle(bytes calldata batch) external returns (bytes memory outcomes);

    // ---- views ----

    function market(uint64 marketId) external view returns (Market memory);
    function marketCount() external view returns (uint64);
    function cashOf(address account) external view returns (uint256 micro);
    function sharesOf(address account, uint64 marketId) external view returns (uint64 yesLots, uint64 noLots);
    /// @notice Filled quantity of (maker, nonce) in lots; 2^32 - 1 marks a finally cancelled order.
    function filledLots(address maker, uint64 nonce) external view returns (uint32);
    function cancelFloor(address account) external view returns (uint64 floor, uint64 pendingFloor, uint40 effectiveAt);
    function isDelegate(address account, address delegate) external view returns (bool);
    function withdrawalOf(address account) external view returns (uint256 amountMicro, uint40 executableAt);
    function lastBatchId() external view returns (uint64);
    function operator() external view returns (address);
    function tradingPaused() external view returns (bool);
    /// @notice Whether (account, nonce) of a release was used.
    function releaseUsed(address account, uint64 nonce) external view returns (bool);
    /// @notice When `account`'s requested cancel of `nonce` bites; 0 when none is asked for.
    function cancelOf(address account, uint64 nonce) external view returns (uint40 effectiveAt);
    function exportOf(
        address account,
        uint64 marketId,
        uint8 outcome
    ) external view returns (uint64 quantityLots, uint40 executableAt);
    /// @notice Sum of all accounts' cash. After every transaction `collateralMicro() == totalCashMicro() +
    /// totalOpenInterestLots() * 10_000 + unredeemedMicro() + accruedFeesMicro()`, and the token balance is no less.
    function totalCashMicro() external view returns (uint256);
    /// @notice Pairs outstanding in all unresolved markets; each is worth 10,000 micro.
    function totalOpenInterestLots() external view returns (uint256);
    /// @notice What the shares of resolved markets that nobody redeemed yet are worth.
    function unredeemedMicro() external view returns (uint256);
    function accruedFeesMicro() external view returns (uint256);
    /// @notice Collateral that came in by deposits and splits and has not gone out; gifts to the contract do not
    /// count.
    function collateralMicro() external view returns (uint256);
    function hashOrder(Order calldata order) external view returns (bytes32);
    function hashRelease(Release calldata release) external view returns (bytes32);
    function collateral() external view returns (address);
    function outcomeTokens() external view returns (address);
}
