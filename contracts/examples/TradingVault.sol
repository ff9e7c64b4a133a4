// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { IERC1155 } from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import { ERC1155Holder } from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";
import { IExchange } from "../interfaces/IExchange.sol";

/// @title An example of a contract that trades: an owner's money, a manager's trades.
/// @notice The vault is an account of the exchange like any other. It cannot sign, so it names the manager's key as its
/// delegate: orders whose `maker` is the vault are signed by the manager, and settle without a call into this contract.
///
/// The owner decides how much is put at the manager's disposal, and alone takes money out of the vault. The manager
/// trades, and may move money only from the exchange into the vault: no call of it can pay itself. What a delegate can
/// always do is to trade badly, even against itself, with what is in escrow; so put there what you would lend it.
/// @dev To learn from, not audited. It is for one owner: to share a vault among many, issue shares (ERC-4626) upon it.
/// `ERC1155Holder` makes it a receiver of ERC-1155 tokens: without that no export of shares to it would succeed.
contract TradingVault is ERC1155Holder {
    using SafeERC20 for IERC20;

    /// @notice Who signs the vault's orders now; zero for nobody.
    /// @param manager Who.
    event ManagerSet(address indexed manager);

    /// @notice The caller is not the owner.
    error NotOwner();
    /// @notice The caller is neither the manager nor the owner.
    error NotManager();

    IExchange public immutable EXCHANGE;
    /// @notice What the exchange is paid in.
    IERC20 public immutable COLLATERAL;
    /// @notice Shares outside escrow; token id `marketId << 1 | outcome`.
    IERC1155 public immutable OUTCOME_TOKENS;
    address public immutable OWNER;
    address public manager;

    modifier onlyOwner() {
        if (msg.sender != OWNER) revert NotOwner();
        _;
    }

    modifier onlyManager() {
        if (msg.sender != manager && msg.sender != OWNER) revert NotManager();
        _;
    }

    constructor(IExchange exchange, address owner) {
        EXCHANGE = exchange;
        COLLATERAL = IERC20(exchange.collateral());
        OUTCOME_TOKENS = IERC1155(exchange.outcomeTokens());
        OWNER = owner;
    }

    // ---- the owner's ----

    /// @notice Hands trading over; zero ends it. The earlier manager's orders are matched no more from this moment on;
    /// what was matched before settles until `EXIT_DELAY` has passed, as it does for every account.
    function setManager(address newManager) external onlyOwner {
        if (manager != address(0)) EXCHANGE.removeDelegate(manager);
        if (newManager != address(0)) EXCHANGE.addDelegate(newManager);
        manager = newManager;
        emit ManagerSet(newManager);
    }

    /// @notice Puts collateral that the vault holds at the manager's disposal. Simply transfer it to the vault before.
    /// @dev Anyone may deposit for the vault at the exchange as well: `EXCHANGE.deposit(address(vault), amountMicro)`.
    function deposit(uint256 amountMicro) external onlyOwner {
        COLLATERAL.forceApprove(address(EXCHANGE), amountMicro);
        EXCHANGE.deposit(address(this), amountMicro);
    }

    /// @notice Pays collateral out of the vault.
    function payOut(address to, uint256 amountMicro) external onlyOwner {
        COLLATERAL.safeTransfer(to, amountMicro);
    }

    /// @notice Pays outcome tokens out of the vault.
    function payOutTokens(address to, uint64 marketId, uint8 outcome, uint64 quantityLots) external onlyOwner {
        uint256 id = (uint256(marketId) << 1) | outcome;
        OUTCOME_TOKENS.safeTransferFrom(address(this), to, id, quantityLots, "");
    }

    // ---- the manager's, and the owner's: out of escrow, into the vault ----

    /// @notice Asks for cash back. After `EXIT_DELAY` anyone calls `EXCHANGE.executeWithdrawal(address(vault))`, and
    /// the vault is paid; no function of the vault is needed for it.
    function requestWithdrawal(uint256 amountMicro) external onlyManager {
        EXCHANGE.requestWithdrawal(amountMicro);
    }

    /// @notice Asks for shares as ERC-1155 tokens. After `EXIT_DELAY` anyone calls `EXCHANGE.executeExport`.
    function requestExport(uint64 marketId, uint8 outcome, uint64 quantityLots) external onlyManager {
        EXCHANGE.requestExport(marketId, outcome, quantityLots);
    }

    /// @notice Voids all of the vault's orders with a lower nonce, whoever signed them; on chain after `EXIT_DELAY`, at
    /// the exchange's engine at once. Of the highest nonce it ends the vault's trading for good: money stays safe.
    function cancelBelow(uint64 nonce) external onlyManager {
        EXCHANGE.raiseCancelFloor(nonce);
    }

    /// @notice Turns outcome tokens of a resolved market into collateral of the vault. Shares in escrow need no
    /// function here: anyone calls `EXCHANGE.redeem(address(vault), marketId)`.
    function redeemTokens(uint64 marketId) external onlyManager {
        EXCHANGE.redeemTokens(marketId);
    }
}
