// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Every event of the exchange.
/// @notice What an index may rely on: balances follow from these events alone. Cash of an account is the sum of
/// `Deposited` and `Redeemed` less `Withdrawn`, changed by each `FillSettled`; its shares are `SharesImported` and
/// `SharesSplit` less `SharesExported` and `Redeemed`, changed by each `FillSettled`. Nothing else moves a balance.
/// Units as in `IExchange`.
interface IExchangeEvents {
    // ---- escrow ----

    /// @notice Cash entered escrow. Never emitted for anything but real collateral received.
    /// @param account Whose cash it is now.
    /// @param payer Whose wallet paid.
    /// @param amountMicro How much.
    event Deposited(address indexed account, address indexed payer, uint256 amountMicro);
    /// @notice A delayed withdrawal was asked for; it replaces an earlier one of the account. No balance moved.
    /// @param account Who asked.
    /// @param amountMicro How much at most; the account may have less when it is executed.
    /// @param executableAt From when on anyone may execute it, unix seconds.
    event WithdrawalRequested(address indexed account, uint256 amountMicro, uint40 executableAt);
    /// @notice The account's request of a withdrawal is gone.
    /// @param account Whose.
    event WithdrawalCancelled(address indexed account);
    /// @notice Cash left escrow for the account's wallet; a delayed request of it, if this was one, is used up.
    /// @param account Whose cash it was, and who was paid.
    /// @param amountMicro How much.
    /// @param releaseNonce 0 for a delayed withdrawal, else the nonce of the operator's release.
    event Withdrawn(address indexed account, uint256 amountMicro, uint64 releaseNonce);
    /// @notice A delayed export of shares to ERC-1155 was asked for; it replaces an earlier one of the same (account,
    /// market, outcome). No balance moved.
    /// @param account Who asked.
    /// @param marketId Of which market.
    /// @param outcome 1 YES, 0 NO.
    /// @param quantityLots How many at most; the account may have fewer when it is executed.
    /// @param executableAt From when on anyone may execute it, unix seconds.
    event ExportRequested(
        address indexed account,
        uint64 indexed marketId,
        uint8 outcome,
        uint64 quantityLots,
        uint40 executableAt
    );
    /// @notice The account's request of this export is gone.
    /// @param account Whose.
    /// @param marketId Of which market.
    /// @param outcome 1 YES, 0 NO.
    event ExportCancelled(address indexed account, uint64 indexed marketId, uint8 outcome);
    /// @notice Shares left escrow as ERC-1155 tokens, minted to the account in the same transaction.
    /// @param account Whose shares they were, and who has the tokens.
    /// @param marketId Of which market.
    /// @param outcome 1 YES, 0 NO.
    /// @param quantityLots How many.
    /// @param releaseNonce As in `Withdrawn`.
    event SharesExported(
        address indexed account,
        uint64 indexed marketId,
        uint8 outcome,
        uint64 quantityLots,
        uint64 releaseNonce
    );
    /// @notice ERC-1155 tokens were burned and credited as shares in escrow.
    /// @param account Whose.
    /// @param marketId Of which market.
    /// @param outcome 1 YES, 0 NO.
    /// @param quantityLots How many.
    event SharesImported(address indexed account, uint64 indexed marketId, uint8 outcome, uint64 quantityLots);
    /// @notice Wallet collateral was turned into an equal number of YES and NO shares in escrow.
    /// @param account Who paid 10,000 micro a lot, and has the shares.
    /// @param marketId Of which market.
    /// @param quantityLots How many of each outcome; the market's open interest grew by as many.
    event SharesSplit(address indexed account, uint64 indexed marketId, uint64 quantityLots);
    /// @notice Equal numbers of YES and NO ERC-1155 tokens were burned for collateral paid to the wallet.
    /// @param account Whose tokens, and who was paid 10,000 micro a lot.
    /// @param marketId Of which market.
    /// @param quantityLots How many of each outcome; the market's open interest fell by as many.
    event TokensMerged(address indexed account, uint64 indexed marketId, uint64 quantityLots);
    /// @notice All of an account's escrowed shares of a resolved market became cash in its escrow.
    /// @param account Whose.
    /// @param marketId Of which market.
    /// @param yesLots YES shares that are gone.
    /// @param noLots NO shares that are gone.
    /// @param payoutMicro Cash credited; 0 when all were of the losing outcome.
    event Redeemed(
        address indexed account,
        uint64 indexed marketId,
        uint64 yesLots,
        uint64 noLots,
        uint256 payoutMicro
    );
    /// @notice ERC-1155 tokens of a resolved market were burned for collateral paid to the wallet.
    /// @param account Whose tokens, and who was paid.
    /// @param marketId Of which market.
    /// @param yesLots YES tokens burned.
    /// @param noLots NO tokens burned.
    /// @param payoutMicro Collateral paid.
    event TokensRedeemed(
        address indexed account,
        uint64 indexed marketId,
        uint64 yesLots,
        uint64 noLots,
        uint256 payoutMicro
    );

    // ---- orders and keys ----

    /// @notice Orders of the account with a nonce below the floor settle until `effectiveAt` and are void from then on.
    /// @param account Whose orders.
    /// @param floor The lowest nonce that stays good.
    /// @param effectiveAt Unix seconds.
    event CancelFloorRaised(address indexed account, uint64 floor, uint40 effectiveAt);
    /// @notice One order's cancel was asked for. The order settles until someone finalizes the cancel.
    /// @param account Whose order.
    /// @param nonce Which one.
    /// @param effectiveAt From when on anyone may finalize it, unix seconds.
    event CancelRequested(address indexed account, uint64 nonce, uint40 effectiveAt);
    /// @notice The order can never be filled again; `filledLots` reads 2^32 - 1.
    /// @param account Whose order.
    /// @param nonce Which one.
    event CancelFinalized(address indexed account, uint64 nonce);
    /// @notice The delegate may sign orders for the account from now on.
    /// @param account For whom.
    /// @param delegate Who.
    event DelegateAdded(address indexed account, address indexed delegate);
    /// @notice The delegate's signatures for the account settle until `effectiveAt`.
    /// @param account For whom.
    /// @param delegate Who.
    /// @param effectiveAt Unix seconds.
    event DelegateRemoved(address indexed account, address indexed delegate, uint40 effectiveAt);

    // ---- settlement ----

    /// @notice One fill settled. A leg is `outcome | side << 1`. Price is the YES price; the NO price is 1000 less it.
    /// A buyer pays `price * quantity * 10` micro of its outcome's price, a seller receives it; the taker pays the fee
    /// besides.
    /// @param marketId Of which market.
    /// @param taker The maker of the order that took liquidity.
    /// @param maker The maker of the order that rested.
    /// @param data High bits first: takerNonce 64 | makerNonce 64 | feeMicro 64 | quantityLots 32 | yesPriceTicks 16 |
    /// takerLeg 8 | makerLeg 8.
    event FillSettled(uint64 indexed marketId, address indexed taker, address indexed maker, uint256 data);
    /// @notice One fill of the batch did not hold and moved nothing.
    /// @param batchId Of which batch.
    /// @param fillIndex Which fill of it, from 0.
    /// @param reason See `contracts/libraries/SkipReason.sol`; bit 7 says that the maker's order is at fault.
    event FillSkipped(uint64 indexed batchId, uint16 fillIndex, uint8 reason);
    /// @notice Emitted once, last, by every settled batch.
    /// @param batchId Counts from 1 without gaps.
    /// @param journalHash Head of the engine's journal, a hash chain, at `journalSeq`.
    /// @param journalSeq The newest journal entry that the batch rests on.
    /// @param settled How many fills settled.
    /// @param skipped How many did not.
    event BatchSettled(uint64 indexed batchId, bytes32 journalHash, uint64 journalSeq, uint16 settled, uint16 skipped);

    // ---- markets ----

    /// @notice A market exists from now on. The texts are published here only; the state keeps their hash.
    /// @param marketId Counts from 1 without gaps.
    /// @param groupId The first market of its group; 0 for a market in none.
    /// @param resolver Who alone may propose and resolve.
    /// @param slug A short name for addresses.
    /// @param question What the market asks.
    /// @param rules How it is decided.
    /// @param category What it is about.
    /// @param closeTime When matching ends, unix seconds.
    /// @param resolveDeadline Past it anyone may void the market, unix seconds.
    /// @param takerFeeBps Fee of the taker, basis points of `min(price, 1000 - price)`.
    /// @param priceStep Prices are multiples of it, ticks.
    event MarketCreated(
        uint64 indexed marketId,
        uint64 indexed groupId,
        address indexed resolver,
        string slug,
        string question,
        string rules,
        string category,
        uint40 closeTime,
        uint40 resolveDeadline,
        uint16 takerFeeBps,
        uint8 priceStep
    );
    /// @notice The next `memberCount` markets, from `groupId` on, are one group, of which exactly one comes true.
    /// Emitted before their `MarketCreated`.
    /// @param groupId Its first market.
    /// @param memberCount How many markets.
    /// @param slug A short name for addresses.
    /// @param title What the group asks.
    event GroupCreated(uint64 indexed groupId, uint16 memberCount, string slug, string title);
    /// @notice NO tokens of the members in `memberSet`, `quantityLots` of each, were burned; as many YES of every other
    /// member and `cashMicro` were credited in escrow.
    /// @param account Whose.
    /// @param groupId Of which group.
    /// @param memberCount How many members it has.
    /// @param memberSet Bit i stands for market `groupId + i`.
    /// @param quantityLots Of each token and share, lots of 0.01 share.
    /// @param cashMicro Credited in escrow, micro.
    event NoConverted(
        address indexed account,
        uint64 indexed groupId,
        uint16 memberCount,
        uint256 memberSet,
        uint64 quantityLots,
        uint256 cashMicro
    );
    /// @notice The reverse: YES tokens of every member outside `memberSet` were burned and `cashMicro` was taken from
    /// the wallet; as many NO of each member in `memberSet` were credited in escrow.
    /// @param account Whose.
    /// @param groupId Of which group.
    /// @param memberCount How many members it has.
    /// @param memberSet Bit i stands for market `groupId + i`.
    /// @param quantityLots Of each token and share, lots of 0.01 share.
    /// @param cashMicro Taken from the wallet, micro.
    event YesConverted(
        address indexed account,
        uint64 indexed groupId,
        uint16 memberCount,
        uint256 memberSet,
        uint64 quantityLots,
        uint256 cashMicro
    );
    /// @notice The resolver announced a payout that may still change; from now on no fill of the market settles.
    /// @param marketId Of which market.
    /// @param payoutYes Thousandths to YES, the rest to NO.
    event MarketProposed(uint64 indexed marketId, uint16 payoutYes);
    /// @notice The payout is final, and shares may be redeemed.
    /// @param marketId Of which market.
    /// @param payoutYes Thousandths to YES, the rest to NO.
    /// @param isVoid At par, because nobody resolved in time.
    event MarketResolved(uint64 indexed marketId, uint16 payoutYes, bool isVoid);

    // ---- roles ----

    /// @notice Nothing new comes in: no deposits, splits, markets; the engine takes no orders. Exits go on.
    /// @param by The guardian.
    event TradingPaused(address indexed by);
    /// @notice The pause is over.
    /// @param by The guardian.
    event TradingResumed(address indexed by);
    /// @notice The operator from now on.
    /// @param operator Who.
    event OperatorSet(address indexed operator);
    /// @notice The fees accrued so far were paid out.
    /// @param to To whom.
    /// @param amountMicro How much.
    event FeesCollected(address indexed to, uint256 amountMicro);
}
