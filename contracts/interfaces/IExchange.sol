// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title The Agon exchange: escrow, settlement and markets.
/// @notice Units. Price: tick, 0.001 collateral per share, 1..999. Quantity: lot, 0.01 share. Cash: micro, 1e-6
/// collateral. Cost of a fill is `price * quantity * 10` micro, exact. One share is 100 lots; a YES plus a NO lot
/// is worth exactly 10_000 micro. Outcome: 1 YES, 0 NO. Side: 0 BUY, 1 SELL.
interface IExchange {
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
    /// @dev `slug`, `question` and `rules` are stored as one hash and published in full by `MarketCreated`.
    /// `resolveDeadline` lies no earlier than `closeTime + SETTLEMENT_GRACE + EXIT_DELAY`.
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

    // ---- markets ----

    function createMarket(MarketParams calldata params) external returns (uint64 marketId);
    /// @notice Resolver only, not before the close plus `SETTLEMENT_GRACE`.
    function propose(uint64 marketId, uint16 payoutYes) external;
    function resolve(uint64 marketId, uint16 payoutYes) external;
    /// @notice Resolves at par once the resolver has been silent past its deadline; when it has proposed a payout, also
    /// past `PROPOSAL_VOID_DELAY` from its first proposal. Anyone may call.
    function voidMarket(uint64 marketId) external;

    // ---- roles ----

    /// @notice Admin only. The operator settles and co-signs releases.
    function setOperator(address operator) external;
    /// @notice Admin only. Pays the fees accrued so far.
    function collectFees(address to) external;
    /// @notice Guardian only. Stops what comes in: deposits, splits, new markets, and the engine's matching, which
    /// refuses orders from `TradingPaused` on. What was matched before always settles: exits ripen and markets close
    /// during a pause, so that a pause of settlement would void it. Exits, cancels and resolution go on too. Against
    /// an operator that is no longer to be trusted `setOperator` helps, not this.
    function pauseTrading() external;
    function resumeTrading() external;

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
    /// @notice The `ExchangeRoles` of this exchange: admin, market creators, guardians.
    function roles() external view returns (address);
    /// @notice Seconds a cancel, withdrawal, export or delegate removal waits.
    function EXIT_DELAY() external view returns (uint40);
    /// @notice Seconds after a market's close or an order's expiry during which fills matched before it may still
    /// settle; at least a third of `EXIT_DELAY`.
    function SETTLEMENT_GRACE() external view returns (uint40);
    /// @notice Seconds from a resolver's first proposal during which nobody may void its market.
    function PROPOSAL_VOID_DELAY() external view returns (uint40);
}
