// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IExchangeBase } from "./IExchangeBase.sol";

/// @title The half of the exchange that holds what is owed: escrow, exits, orders, settlement, views.
interface IExchangeEscrow is IExchangeBase {
    // ---- cash ----

    /// @notice Moves collateral from the caller's wallet into an account's escrow. Anyone may call; the caller's
    /// allowance is needed. Emits `Deposited`.
    /// @dev Reverts `AmountZero`, `TradingIsPaused`, `EscrowFull`, `CollateralNotReceived`, or the token's own error.
    /// @param account Whose escrow; need not be the caller, and may be a contract.
    /// @param amountMicro How much.
    function deposit(address account, uint256 amountMicro) external;
    /// @notice As `deposit`, with an EIP-2612 permit of the caller in place of an allowance. A permit that was
    /// already used by someone else does not matter while the allowance stands.
    /// @dev Reverts as `deposit`; a permit that is not good shows as the token's error for want of an allowance.
    /// @param account Whose escrow.
    /// @param amountMicro How much, and what the permit is for.
    /// @param permitDeadline The permit's, unix seconds.
    /// @param v Of the permit's signature.
    /// @param r Of the permit's signature.
    /// @param s Of the permit's signature.
    function depositWithPermit(
        address account,
        uint256 amountMicro,
        uint256 permitDeadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;
    /// @notice Asks for a withdrawal of the caller's cash that the operator cannot refuse, executable after
    /// `EXIT_DELAY`; replaces an earlier request. Emits `WithdrawalRequested`; the engine sets the amount aside.
    /// @dev Reverts `AmountZero`, and `InsufficientCash` for more than any escrow can hold.
    /// @param amountMicro How much at most; may be more than is there now.
    function requestWithdrawal(uint256 amountMicro) external;
    /// @notice Takes the caller's request back. Emits `WithdrawalCancelled`.
    /// @dev Reverts `NothingRequested`.
    function cancelWithdrawal() external;
    /// @notice Pays out a withdrawal whose delay has passed to the account's wallet, during a pause too. Anyone may
    /// call while all that was asked for is there; the account itself also takes what is left. Emits `Withdrawn`.
    /// @dev Reverts `NothingRequested`, `TooEarly`; with nothing left, or too little for another caller,
    /// `InsufficientCash`, and the request stands.
    /// @param account Whose request, and who is paid.
    function executeWithdrawal(address account) external;
    /// @notice Immediate exit of cash or shares with the operator's signature, during a pause too. Anyone may submit
    /// it; it pays only `release.account`. Emits `Withdrawn` or `SharesExported` with the release's nonce.
    /// @dev Reverts `AmountZero`, `OutcomeInvalid`, `ReleaseExpired`, `ReleaseUsed`, `ReleaseSignatureInvalid`,
    /// `MarketUnknown` for cash of a market, `InsufficientCash`, `InsufficientShares`. Shares go out as ERC-1155: an
    /// account that is a contract must accept them.
    /// @param release The terms.
    /// @param operatorSignature The operator's, of the release's EIP-712 digest; 65 bytes r, s, v.
    function executeRelease(Release calldata release, bytes calldata operatorSignature) external;

    // ---- shares ----

    /// @notice Asks for the export of the caller's escrowed shares to ERC-1155, executable after `EXIT_DELAY`;
    /// replaces an earlier request of the same market and outcome. Emits `ExportRequested`.
    /// @dev Reverts `MarketUnknown`, `OutcomeInvalid`, `AmountZero`.
    /// @param marketId Of which market, resolved or not.
    /// @param outcome 1 YES, 0 NO.
    /// @param quantityLots How many at most; may be more than are there now.
    function requestExport(uint64 marketId, uint8 outcome, uint64 quantityLots) external;
    /// @notice Takes the caller's request back. Emits `ExportCancelled`.
    /// @dev Reverts `NothingRequested`.
    /// @param marketId Of which market.
    /// @param outcome 1 YES, 0 NO.
    function cancelExport(uint64 marketId, uint8 outcome) external;
    /// @notice Turns what a due request asked for into ERC-1155 tokens of the account, during a pause too. Anyone may
    /// call while all of it is there; the account itself also takes what is left. Emits `SharesExported`.
    /// @dev Reverts `NothingRequested`, `TooEarly`; with nothing left, or too little for another caller,
    /// `InsufficientShares`, and the request stands. An account that is a contract must accept ERC-1155.
    /// @param account Whose request, and who receives the tokens.
    /// @param marketId Of which market.
    /// @param outcome 1 YES, 0 NO.
    function executeExport(address account, uint64 marketId, uint8 outcome) external;
    /// @notice Burns the caller's ERC-1155 tokens (no approval needed) and credits them as shares in its escrow. Emits
    /// `SharesImported`.
    /// @dev Reverts `MarketUnknown`, `OutcomeInvalid`, `AmountZero`, or the token's error for too few.
    /// @param marketId Of which market.
    /// @param outcome 1 YES, 0 NO.
    /// @param quantityLots How many.
    function importShares(uint64 marketId, uint8 outcome, uint64 quantityLots) external;
    /// @notice Turns collateral of the caller's wallet (allowance needed), 10,000 micro a lot, into as many YES and NO
    /// shares in its escrow, until the market's close. Emits `SharesSplit`.
    /// @dev Reverts `AmountZero`, `TradingIsPaused`, `EscrowFull`, `MarketUnknown`, `MarketNotOpen`.
    /// @param marketId Of which market.
    /// @param quantityLots How many of each outcome.
    function split(uint64 marketId, uint64 quantityLots) external;
    /// @notice Burns as many YES and NO ERC-1155 tokens of the caller, until the market has a payout, and pays 10,000
    /// micro a lot to its wallet. Emits `TokensMerged`. Escrowed pairs end by trading, or by export and this.
    /// @dev Reverts `AmountZero`, `MarketUnknown`, `MarketAlreadyResolved`, or the token's error for too few.
    /// @param marketId Of which market.
    /// @param quantityLots How many of each outcome.
    function mergeTokens(uint64 marketId, uint64 quantityLots) external;
    /// @notice Turns all of an account's escrowed shares of a resolved market into cash in its escrow. Anyone may
    /// call. Emits `Redeemed`.
    /// @dev Reverts `MarketUnknown`, `MarketNotResolved`; `InsufficientShares` when it has none.
    /// @param account Whose shares, and whose cash.
    /// @param marketId Of which market.
    function redeem(address account, uint64 marketId) external;
    /// @notice Burns all ERC-1155 tokens that the caller has of a resolved market and pays their worth to its wallet.
    /// Emits `TokensRedeemed`.
    /// @dev Reverts `MarketUnknown`, `MarketNotResolved`; `InsufficientShares` when it has none.
    /// @param marketId Of which market.
    function redeemTokens(uint64 marketId) external;

    // ---- orders and keys ----

    /// @notice Voids all of the caller's orders with a lower nonce, after `EXIT_DELAY`. Emits `CancelFloorRaised`; the
    /// engine cancels them at once.
    /// @dev Reverts `TooEarly` while an earlier raise waits (its time was promised and is not put off), and
    /// `FloorNotRaised`.
    /// @param floor The lowest nonce that stays good.
    function raiseCancelFloor(uint64 floor) external;
    /// @notice Asks for the cancel of some of the caller's orders, final by `finalizeCancel` after `EXIT_DELAY`. Emits
    /// `CancelRequested` for each that was not requested before; the engine cancels them at once.
    /// @param nonces Which orders.
    function requestCancel(uint64[] calldata nonces) external;
    /// @notice Makes requested cancels final whose delay has passed. Anyone may call. Emits `CancelFinalized` for
    /// each.
    /// @dev Reverts `NothingRequested` or `TooEarly` when one of them is not due; then none is made final.
    /// @param account Whose orders.
    /// @param nonces Which of them.
    function finalizeCancel(address account, uint64[] calldata nonces) external;
    /// @notice Lets a key sign orders for the caller, at once: how a contract (a Safe, a vault) trades. A delegate can
    /// do nothing else: no withdrawal, no export. Emits `DelegateAdded`.
    /// @dev Reverts `DelegateInvalid`.
    /// @param delegate The key's address.
    function addDelegate(address delegate) external;
    /// @notice Ends that, after `EXIT_DELAY`. Emits `DelegateRemoved`; the engine refuses the delegate at once.
    /// @dev Reverts `DelegateInvalid`.
    /// @param delegate The key's address.
    function removeDelegate(address delegate) external;

    // ---- settlement ----

    /// @notice Settles one packed batch (format: `contracts/libraries/BatchReader.sol`). Operator only. Each fill
    /// holds, and emits `FillSettled`, or is skipped by itself, and emits `FillSkipped`; last comes `BatchSettled`. No
    /// other contract is called.
    /// @dev Reverts `NotOperator`, `BatchMalformed`, and `BatchOutOfOrder` unless the batch's id is
    /// `lastBatchId() + 1`: so each settles once.
    /// @param batch The bytes.
    /// @return outcomes One byte a fill: 0 settled, else the reason of its `FillSkipped`; for callers that simulate.
    function settle(bytes calldata batch) external returns (bytes memory outcomes);

    // ---- views: markets ----

    /// @notice The state of a market.
    /// @dev Reverts `MarketUnknown`.
    /// @param marketId Which.
    /// @return The state.
    function market(uint64 marketId) external view returns (Market memory);
    /// @notice How many markets there are: ids run from 1 to this.
    /// @return The number.
    function marketCount() external view returns (uint64);

    // ---- views: accounts ----

    /// @notice An account's cash in escrow.
    /// @param account Whose.
    /// @return micro How much.
    function cashOf(address account) external view returns (uint256 micro);
    /// @notice An account's shares of a market in escrow; tokens in its wallet do not count.
    /// @param account Whose.
    /// @param marketId Of which market.
    /// @return yesLots YES shares.
    /// @return noLots NO shares.
    function sharesOf(address account, uint64 marketId) external view returns (uint64 yesLots, uint64 noLots);
    /// @notice Filled quantity of (maker, nonce).
    /// @param maker Whose order.
    /// @param nonce Which one.
    /// @return Lots; 2^32 - 1 marks a finally cancelled order.
    function filledLots(address maker, uint64 nonce) external view returns (uint32);
    /// @notice An account's cancel floor, and the raise that waits, if any.
    /// @param account Whose.
    /// @return floor Orders with a lower nonce are void now.
    /// @return pendingFloor The floor to come; 0 for none.
    /// @return effectiveAt When it comes, unix seconds; 0 for none.
    function cancelFloor(address account) external view returns (uint64 floor, uint64 pendingFloor, uint40 effectiveAt);
    /// @notice When an account's requested cancel may be made final.
    /// @param account Whose order.
    /// @param nonce Which one.
    /// @return effectiveAt Unix seconds; 0 when none is asked for, or it is final already.
    function cancelOf(address account, uint64 nonce) external view returns (uint40 effectiveAt);
    /// @notice Whether a signature of the delegate holds now for orders of the account.
    /// @param account For whom.
    /// @param delegate Who.
    /// @return Until a removal bites, true.
    function isDelegate(address account, address delegate) external view returns (bool);
    /// @notice The withdrawal that an account asked for.
    /// @param account Whose.
    /// @return amountMicro How much at most; 0 for none.
    /// @return executableAt From when on, unix seconds; 0 for none.
    function withdrawalOf(address account) external view returns (uint256 amountMicro, uint40 executableAt);
    /// @notice The export of one outcome that an account asked for.
    /// @param account Whose.
    /// @param marketId Of which market.
    /// @param outcome 1 YES, 0 NO.
    /// @return quantityLots How many at most; 0 for none.
    /// @return executableAt From when on, unix seconds; 0 for none.
    function exportOf(
        address account,
        uint64 marketId,
        uint8 outcome
    ) external view returns (uint64 quantityLots, uint40 executableAt);
    /// @notice Whether a release's nonce was used.
    /// @param account Whose release.
    /// @param nonce Which one; 0 always was.
    /// @return True when no release with it can be executed any more.
    function releaseUsed(address account, uint64 nonce) external view returns (bool);

    // ---- views: the whole ----

    /// @notice The newest settled batch.
    /// @return Its id; 0 before the first.
    function lastBatchId() external view returns (uint64);
    /// @notice Who settles and co-signs releases.
    /// @return The operator.
    function operator() external view returns (address);
    /// @notice Whether a guardian paused trading.
    /// @return True while nothing new comes in.
    function tradingPaused() external view returns (bool);
    /// @notice Sum of all accounts' cash. After every transaction `collateralMicro() == totalCashMicro() +
    /// totalOpenInterestLots() * 10_000 + unredeemedMicro() + accruedFeesMicro()`, and the token balance is no less.
    /// @return Micro.
    function totalCashMicro() external view returns (uint256);
    /// @notice Pairs outstanding in all unresolved markets; each is worth 10,000 micro. A group counts as many as it
    /// is worth: the NO lots of all its members plus its `excessYesLots`.
    /// @return Lots.
    function totalOpenInterestLots() external view returns (uint256);
    /// @notice What the shares of resolved markets that nobody redeemed yet are worth.
    /// @return Micro.
    function unredeemedMicro() external view returns (uint256);
    /// @notice Fees that the admin may collect.
    /// @return Micro.
    function accruedFeesMicro() external view returns (uint256);
    /// @notice Collateral that came in by deposits and splits and has not gone out; gifts to the contract do not
    /// count.
    /// @return Micro.
    function collateralMicro() external view returns (uint256);

    // ---- views: hashes and addresses ----

    /// @notice What the maker or its delegate signs.
    /// @param order The order; nothing of it is checked.
    /// @return The EIP-712 digest, which is the order's id off chain.
    function hashOrder(Order calldata order) external view returns (bytes32);
    /// @notice What the operator signs.
    /// @param release The release; nothing of it is checked.
    /// @return The EIP-712 digest.
    function hashRelease(Release calldata release) external view returns (bytes32);
    /// @notice The ERC-20 token with 6 decimals that everything is paid in.
    /// @return The token.
    function collateral() external view returns (address);
    /// @notice The `OutcomeTokens` of this exchange: shares outside escrow, ERC-1155, id `marketId << 1 | outcome`.
    /// @return The token.
    function outcomeTokens() external view returns (address);
}
