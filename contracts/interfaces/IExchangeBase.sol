// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title What both halves of the exchange speak in: records, events, errors, and the delays that both keep.
/// @notice Units: see `IExchange`.
interface IExchangeBase {
    /// @notice What a wallet signs (EIP-712, domain name `Agon`, version `1`).
    struct Order {
        address maker;
        uint64 marketId;
        uint8 outcome;
        uint8 side;
        uint16 price;
        uint32 quantity;
        uint8 timeInForce;
        uint16 maxFeeBps;
        uint40 expiry;
        uint64 nonce;
    }

    /// @notice The operator's consent to an immediate exit of settled funds, single use, bound to its receiver.
    /// @dev EIP-712 type `Release(address account,uint64 marketId,uint8 asset,uint128 amount,uint64 nonce,uint40
    /// deadline)`. `asset`: 0 NO lots, 1 YES lots, 2 cash in micro (marketId 0).
    struct Release {
        address account;
        uint64 marketId;
        uint8 asset;
        uint128 amount;
        uint64 nonce;
        uint40 deadline;
    }

    /// @notice Everything that defines a market at its creation.
    /// @dev The texts are stored as one hash and published in full by `MarketCreated`; in bytes, `slug` has 1..100,
    /// `question` 1..1,200, `rules` 0..16,000 and `category` 0..160. `resolveDeadline` lies no earlier than
    /// `closeTime + SETTLEMENT_GRACE + EXIT_DELAY`. `resolverData`, unless empty, is handed to `resolver`
    /// (`IMarketResolver`) in the same transaction.
    struct MarketParams {
        string slug;
        string question;
        string rules;
        string category;
        uint40 closeTime;
        uint40 resolveDeadline;
        address resolver;
        uint16 takerFeeBps;
        uint8 priceStep;
        bytes resolverData;
    }

    /// @notice The state of a market as a reader sees it.
    /// @dev `status`: 1 open (or closed, by time), 2 proposed, 3 resolved, 4 void. `payoutYes` in thousandths.
    struct Market {
        uint40 closeTime;
        uint40 resolveDeadline;
        address resolver;
        uint16 takerFeeBps;
        uint8 priceStep;
        uint8 status;
        uint16 payoutYes;
        uint64 openInterestLots;
        bytes32 metadataHash;
    }

    // ---- events: escrow ----

    /// @notice Cash entered escrow. Never emitted for anything but real collateral received.
    event Deposited(address indexed account, address indexed payer, uint256 amountMicro);
    /// @notice A delayed withdrawal was asked for; it replaces an earlier one of the account.
    event WithdrawalRequested(address indexed account, uint256 amountMicro, uint40 executableAt);
    event WithdrawalCancelled(address indexed account);
    /// @notice Cash left escrow. `releaseNonce` is 0 for a delayed withdrawal, else the nonce of the operator's
    /// release.
    event Withdrawn(address indexed account, uint256 amountMicro, uint64 releaseNonce);
    /// @notice A delayed export of shares to ERC-1155 was asked for; it replaces an earlier one of the same (account,
    /// market, outcome).
    event ExportRequested(
        address indexed account,
        uint64 indexed marketId,
        uint8 outcome,
        uint64 quantityLots,
        uint40 executableAt
    );
    event ExportCancelled(address indexed account, uint64 indexed marketId, uint8 outcome);
    /// @notice Shares left escrow as ERC-1155 tokens. `releaseNonce` as in `Withdrawn`.
    event SharesExported(
        address indexed account,
        uint64 indexed marketId,
        uint8 outcome,
        uint64 quantityLots,
        uint64 releaseNonce
    );
    /// @notice ERC-1155 tokens were burned and credited as shares in escrow.
    event SharesImported(address indexed account, uint64 indexed marketId, uint8 outcome, uint64 quantityLots);
    /// @notice Wallet collateral was turned into an equal number of YES and NO shares in escrow.
    event SharesSplit(address indexed account, uint64 indexed marketId, uint64 quantityLots);
    /// @notice Equal numbers of YES and NO ERC-1155 tokens were burned for collateral paid to the wallet.
    event TokensMerged(address indexed account, uint64 indexed marketId, uint64 quantityLots);
    /// @notice Escrowed shares of a resolved market became cash in escrow.
    event Redeemed(
        address indexed account,
        uint64 indexed marketId,
        uint64 yesLots,
        uint64 noLots,
        uint256 payoutMicro
    );
    /// @notice ERC-1155 tokens of a resolved market were burned for collateral paid to the wallet.
    event TokensRedeemed(
        address indexed account,
        uint64 indexed marketId,
        uint64 yesLots,
        uint64 noLots,
        uint256 payoutMicro
    );

    // ---- events: orders and keys ----

    /// @notice Orders of `account` with a nonce below `floor` are void from `effectiveAt` on.
    event CancelFloorRaised(address indexed account, uint64 floor, uint40 effectiveAt);
    /// @notice One order's cancel was asked for; anyone may make it final from `effectiveAt` on.
    event CancelRequested(address indexed account, uint64 nonce, uint40 effectiveAt);
    event CancelFinalized(address indexed account, uint64 nonce);
    /// @notice `delegate` may sign orders for `account` from now on.
    event DelegateAdded(address indexed account, address indexed delegate);
    /// @notice `delegate` may sign orders for `account` until `effectiveAt`.
    event DelegateRemoved(address indexed account, address indexed delegate, uint40 effectiveAt);

    // ---- events: settlement ----

    /// @notice One fill settled. `data`, high bits first:
    /// takerNonce 64 | makerNonce 64 | feeMicro 64 | quantityLots 32 | yesPriceTicks 16 | takerLeg 8 | makerLeg 8,
    /// where a leg is `outcome | side << 1`. Price is the YES price; the NO price is 1000 less it.
    event FillSettled(uint64 indexed marketId, address indexed taker, address indexed maker, uint256 data);
    /// @notice One fill of the batch did not hold and moved nothing. `fillIndex` counts from 0 in the batch.
    event FillSkipped(uint64 indexed batchId, uint16 fillIndex, uint8 reason);
    /// @notice Emitted once, last, by every settled batch; `journalHash` is the engine's journal up to `journalSeq`.
    event BatchSettled(uint64 indexed batchId, bytes32 journalHash, uint64 journalSeq, uint16 settled, uint16 skipped);

    // ---- events: markets and roles ----

    event MarketCreated(
        uint64 indexed marketId,
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
    /// @notice The resolver announced a payout that may still change.
    event MarketProposed(uint64 indexed marketId, uint16 payoutYes);
    /// @notice Final. `payoutYes` thousandths go to YES, the rest to NO. `isVoid`: at par, because nobody resolved in
    /// time.
    event MarketResolved(uint64 indexed marketId, uint16 payoutYes, bool isVoid);
    event TradingPaused(address indexed by);
    event TradingResumed(address indexed by);
    event OperatorSet(address indexed operator);
    event FeesCollected(address indexed to, uint256 amountMicro);

    // ---- errors ----

    error NotOperator();
    error NotMarketCreator();
    error NotResolver();
    error NotGuardian();
    error NotAdmin();
    error TradingIsPaused();
    error BatchOutOfOrder(uint64 expected, uint64 given);
    error BatchMalformed();
    error AmountZero();
    error EscrowFull();
    error InsufficientCash(uint256 availableMicro);
    error InsufficientShares(uint256 availableLots);
    error NothingRequested();
    error TooEarly(uint40 executableAt);
    error ReleaseExpired();
    error ReleaseUsed();
    error ReleaseSignatureInvalid();
    error MarketUnknown();
    error MarketNotOpen();
    error MarketNotResolved();
    error MarketAlreadyResolved();
    error MarketParamsInvalid();
    error PayoutInvalid();
    error OutcomeInvalid();
    error FloorNotRaised();
    error DelegateInvalid();
    error ConfigInvalid();
    /// @notice The collateral token moved another amount than was asked.
    error CollateralNotReceived();

    // ---- delays ----

    /// @notice Seconds a cancel, withdrawal, export or delegate removal waits.
    function EXIT_DELAY() external view returns (uint40);
    /// @notice Seconds after a market's close or an order's expiry during which fills matched before it may still
    /// settle; at least a third of `EXIT_DELAY`.
    function SETTLEMENT_GRACE() external view returns (uint40);
}
