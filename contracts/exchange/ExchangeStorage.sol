// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { IExchangeBase } from "../interfaces/IExchangeBase.sol";
import { SlotKey } from "../libraries/SlotKey.sol";
import { Units } from "../libraries/Units.sol";
import { OutcomeTokens } from "../OutcomeTokens.sol";
import { AccountSlot } from "../types/AccountSlot.sol";
import { HoldingSlot } from "../types/HoldingSlot.sol";
import { HotState } from "../types/HotState.sol";
import { MarketSlot } from "../types/MarketSlot.sol";

/// @title State of the exchange, and the moves that everything else is made of.
/// @dev First in the inheritance of both halves, so that its slots count from 0 in both: `ExchangeMarkets` runs on the
/// storage of `Exchange`, and `protocol/settlement/storage-layout.ts` relies on the numbers.
abstract contract ExchangeStorage is IExchangeBase {
    using SafeERC20 for IERC20;

    /// @dev One slot. Cash of all accounts is what is left of `collateralMicro`.
    struct Totals {
        uint64 collateralMicro;
        uint64 feesMicro;
        uint64 unredeemedMicro;
        uint64 marketCount;
    }

    struct MarketDetails {
        address resolver;
        uint40 resolveDeadline;
        /// When the resolver first proposed a payout; 0 for never.
        uint40 firstProposedAt;
        /// From 1 on in its group; 0 for a market in none.
        uint16 memberNumber;
        bytes32 metadataHash;
    }

    /// @dev A delayed exit; `executableAt` 0 for none.
    struct ExitRequest {
        uint128 amount;
        uint40 executableAt;
    }

    // ---- immutables ----

    /// @dev The longest that anyone has to wait for an exit, whatever the deployer chooses.
    uint256 private constant _MAX_EXIT_DELAY = 30 days;

    IERC20 internal immutable _COLLATERAL;
    OutcomeTokens internal immutable _OUTCOME_TOKENS;
    /// @inheritdoc IExchangeBase
    uint40 public immutable override EXIT_DELAY;
    /// @inheritdoc IExchangeBase
    uint40 public immutable override SETTLEMENT_GRACE;

    // ---- storage: hot, read and written by settlement ----

    /// @dev Slot 0.
    mapping(address account => AccountSlot) internal _accounts;
    /// @dev Slot 1, by `SlotKey.holding`.
    mapping(uint256 key => HoldingSlot) internal _holdings;
    /// @dev Slot 2, by `SlotKey.lane`: eight filled quantities of 32 bits.
    mapping(uint256 key => uint256) internal _lanes;
    /// @dev Slot 3.
    HotState internal _hot;
    /// @dev Slot 4, by market id.
    mapping(uint256 marketId => MarketSlot) internal _markets;
    /// @dev Slot 5.
    Totals internal _totals;

    // ---- storage: cold ----

    mapping(uint256 marketId => MarketDetails) internal _marketDetails;
    /// @dev By the id of the first member.
    mapping(uint256 groupId => Group) internal _groups;
    mapping(address account => ExitRequest) internal _withdrawals;
    /// @dev By `SlotKey.outcomeOf`.
    mapping(uint256 key => ExitRequest) internal _exports;
    /// @dev By `SlotKey.nonceOf`: when a requested cancel bites.
    mapping(uint256 key => uint40) internal _cancels;
    /// @dev 0 never a delegate, `type(uint40).max` a delegate, else one until that time.
    mapping(address account => mapping(address delegate => uint40)) internal _delegates;
    /// @dev Used release nonces, a bit each.
    mapping(address account => mapping(uint256 word => uint256)) internal _releases;

    constructor(IERC20 collateral_, OutcomeTokens outcomeTokens_, uint40 exitDelay, uint40 settlementGrace) {
        // The engine stops matching once a fill has waited for a third of the exit delay: whatever it matched by a
        // close or an expiry must still settle then.
        bool graceSuffices = settlementGrace > 0 && 3 * uint256(settlementGrace) >= exitDelay;
        bool delayFits = exitDelay > 0 && exitDelay <= _MAX_EXIT_DELAY && settlementGrace <= _MAX_EXIT_DELAY;
        if (address(collateral_) == address(0) || !delayFits || !graceSuffices) revert ConfigInvalid();
        _COLLATERAL = collateral_;
        _OUTCOME_TOKENS = outcomeTokens_;
        EXIT_DELAY = exitDelay;
        SETTLEMENT_GRACE = settlementGrace;
    }

    // ---- operator ----

    function _setOperator(address operator_) internal {
        if (operator_ == address(0)) revert ConfigInvalid();
        _hot = _hot.withOperator(operator_);
        emit OperatorSet(operator_);
    }

    // ---- collateral ----

    /// @dev Takes collateral from `payer`'s wallet, unless trading is paused. What arrives must be what was asked, so
    /// that a token with a fee on transfers can never leave escrow short.
    function _pullCollateral(address payer, uint256 micro) internal {
        _requireNotPaused();
        uint256 total = _totals.collateralMicro + micro;
        if (total > Units.MAX_ESCROW_MICRO) revert EscrowFull();
        _totals.collateralMicro = uint64(total);
        uint256 before = _COLLATERAL.balanceOf(address(this));
        _COLLATERAL.safeTransferFrom(payer, address(this), micro);
        if (_COLLATERAL.balanceOf(address(this)) - before != micro) revert CollateralNotReceived();
    }

    function _pushCollateral(address to, uint256 micro) internal {
        if (micro == 0) return;
        _totals.collateralMicro -= uint64(micro);
        _COLLATERAL.safeTransfer(to, micro);
    }

    // ---- accounts ----

    function _creditCash(address account, uint256 micro) internal {
        AccountSlot slot = _accounts[account];
        _accounts[account] = slot.withCash(slot.cashMicro() + micro);
    }

    function _debitCash(address account, uint256 micro) internal {
        AccountSlot slot = _accounts[account];
        uint256 cash = slot.cashMicro();
        if (micro > cash) revert InsufficientCash(cash);
        _accounts[account] = slot.withCash(cash - micro);
    }

    function _creditShares(address account, uint64 marketId, uint256 outcome, uint256 lots) internal {
        uint256 key = SlotKey.holding(account, marketId);
        _holdings[key] = _holdings[key].plus(outcome, lots);
    }

    function _debitShares(address account, uint64 marketId, uint256 outcome, uint256 lots) internal {
        uint256 key = SlotKey.holding(account, marketId);
        HoldingSlot slot = _holdings[key];
        uint256 held = slot.lotsOf(outcome);
        if (lots > held) revert InsufficientShares(held);
        _holdings[key] = slot.minus(outcome, lots);
    }

    // ---- markets ----

    function _existingMarket(uint64 marketId) internal view returns (MarketSlot slot) {
        slot = _markets[marketId];
        if (slot.status() == 0) revert MarketUnknown();
    }

    function _unresolvedMarket(uint64 marketId) internal view returns (MarketSlot slot) {
        slot = _existingMarket(marketId);
        if (!slot.isUnresolved()) revert MarketAlreadyResolved();
    }

    function _resolvedMarket(uint64 marketId) internal view returns (MarketSlot slot) {
        slot = _existingMarket(marketId);
        if (slot.isUnresolved()) revert MarketNotResolved();
    }

    /// @dev `lots` pairs came to be in an unresolved market, or ended when negative.
    function _changeOpenInterest(uint64 marketId, MarketSlot slot, int256 lots) internal {
        _markets[marketId] = slot.withOpenInterest(uint256(int256(uint256(slot.openInterestLots())) + lots));
        _hot = _hot.withOpenInterest(uint256(int256(_hot.openInterestLots()) + lots));
    }

    function _tokenId(uint64 marketId, uint256 outcome) internal pure returns (uint256) {
        return (uint256(marketId) << 1) | outcome;
    }

    /// @dev When something that is asked for now may be done.
    function _afterExitDelay() internal view returns (uint40) {
        return uint40(block.timestamp) + EXIT_DELAY;
    }

    function _requireNotPaused() internal view {
        if (_hot.paused()) revert TradingIsPaused();
    }

    function _requireDue(uint40 executableAt) internal view {
        if (executableAt == 0) revert NothingRequested();
        if (block.timestamp < executableAt) revert TooEarly(executableAt);
    }
}
