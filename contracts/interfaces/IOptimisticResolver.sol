// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IMarketResolver } from "./IMarketResolver.sol";

/// @title Resolves markets by answers that anyone may give, and anyone may challenge.
/// @notice Whoever knows how a market ended proposes its payouts with a bond. Unchallenged through the window, they are
/// final and the bond goes back. A challenge, with an equal bond, hands the question to the market's arbiter: exactly
/// the proposed payouts, and the proposer takes both bonds; any other answer, also one that the challenger did not
/// have in mind, and the challenger does, who only ever said that the proposal is wrong. An arbiter that stays silent
/// leaves the market to the exchange's void at par, and both take their own bonds back.
/// @dev An answer has one entry for a lone market: thousandths to YES, 0..1000, so no, yes, a tie or a point between. A
/// group of n exclusive outcomes, known by its first market's id, has n entries with the sum 1000. Nobody administers
/// this contract. Bonds are paid out of credits that their owner withdraws, so no payee can hold up a resolution.
interface IOptimisticResolver is IMarketResolver {
    /// @notice Where a market's answer stands.
    enum Phase {
        /// Nobody proposed one.
        NONE,
        PROPOSED,
        DISPUTED,
        /// Resolved from here, or void: the bonds are credited.
        CLOSED
    }

    /// @notice What a market is resolved by: ABI-encoded, the `resolverData` of its creation.
    struct Terms {
        /// Rules on disputes: a Safe, a court's contract, any account.
        address arbiter;
        /// What proposer and challenger each put up.
        uint64 bondMicro;
        /// Seconds from a proposal during which it may be challenged.
        uint32 challengeWindow;
        /// Of whatever binds the arbiter beyond the market's own rules; may be zero.
        bytes32 rulesHash;
    }

    /// @notice The one answer that a market can have proposed, and who stands for and against it.
    struct Answer {
        address proposer;
        /// From then on it cannot be challenged, only finalized.
        uint40 challengeEndsAt;
        Phase phase;
        address challenger;
        uint16[] payoutsYes;
    }

    // ---- events ----

    /// @notice `marketId` resolves by these terms; fixed from its creation on.
    event TermsSet(
        uint64 indexed marketId,
        address indexed arbiter,
        uint64 bondMicro,
        uint32 challengeWindow,
        bytes32 rulesHash
    );
    /// @notice `evidenceHash` is of whatever the proposer shows, and where it is found is the proposer's to publish.
    event AnswerProposed(
        uint64 indexed marketId,
        address indexed proposer,
        uint16[] payoutsYes,
        uint40 challengeEndsAt,
        bytes32 evidenceHash
    );
    event AnswerChallenged(uint64 indexed marketId, address indexed challenger, bytes32 evidenceHash);
    /// @notice The proposed answer stood unchallenged and is final.
    event AnswerFinalized(uint64 indexed marketId, uint16[] payoutsYes);
    /// @notice The arbiter's answer is final; `winner` takes both bonds.
    event AnswerArbitrated(uint64 indexed marketId, address indexed winner, uint16[] payoutsYes, bytes32 evidenceHash);
    /// @notice The market ended without an answer from here: each bond goes back to whoever put it up.
    event BondsReleased(uint64 indexed marketId);
    /// @notice `account` may withdraw so much more, because of how `marketId` ended.
    event CreditAdded(uint64 indexed marketId, address indexed account, uint256 amountMicro);
    event CreditWithdrawn(address indexed account, address indexed to, uint256 amountMicro);

    // ---- errors ----

    error NotExchange();
    /// @notice An exit delay so long that no window lies between it and the void of a proposed market.
    error ConfigInvalid();
    /// @notice No arbiter, a bond of nothing or of more than escrow can hold, or a window outside of its bounds.
    error TermsInvalid();
    /// @notice The market is another resolver's, has been created without terms, or is not the first of its group.
    error TermsMissing();
    /// @notice Not one payout for each market of the answer.
    error PayoutsInvalid();
    error AnswerStands();
    error NoAnswer();
    error NotDisputed();
    error AnswerDisputed();
    error AnswerClosed();
    error WindowOver();
    error WindowOpen(uint40 challengeEndsAt);
    error OwnAnswer();
    error NotArbiter();
    error MarketUnresolved();
    error NothingCredited();
    /// @notice The collateral token moved another amount than was asked.
    error BondNotReceived();

    // ---- answers ----

    /// @notice Proposes how `marketId` pays, past its close and the exchange's settlement grace. Takes the bond from
    /// the caller's wallet (allowance needed). Once for each market.
    function propose(uint64 marketId, uint16[] calldata payoutsYes, bytes32 evidenceHash) external;
    /// @notice Says that the proposed answer is wrong, inside the window, by anyone but its proposer. Takes an equal
    /// bond.
    function challenge(uint64 marketId, bytes32 evidenceHash) external;
    /// @notice Resolves `marketId` by its unchallenged answer, once the window is over. Anyone may call, and somebody
    /// should: `PROPOSAL_VOID_DELAY` after the proposal, anyone may void the market instead.
    function finalize(uint64 marketId) external;
    /// @notice Arbiter only: resolves a disputed market, by the proposed answer or another.
    function arbitrate(uint64 marketId, uint16[] calldata payoutsYes, bytes32 evidenceHash) external;
    /// @notice Gives the bonds back once the exchange has the market void. Anyone may call.
    function releaseBonds(uint64 marketId) external;

    // ---- credits ----

    /// @notice Pays the caller's whole credit to `to`.
    function withdrawCredit(address to) external;

    // ---- views ----

    /// @notice All zero for a market without terms.
    function termsOf(uint64 marketId) external view returns (Terms memory);
    function answerOf(uint64 marketId) external view returns (Answer memory);
    function creditOf(address account) external view returns (uint256 micro);
    /// @notice Bonds of open answers and credits not yet withdrawn; the collateral held here is never less.
    function owedMicro() external view returns (uint256);
    /// @notice The least challenge window: the exchange's `EXIT_DELAY`, so that whoever can leave can also object.
    function MIN_CHALLENGE_WINDOW() external view returns (uint32);
    /// @notice The greatest one: it leaves the arbiter `ARBITRATION_PERIOD` before the market may be voided.
    function MAX_CHALLENGE_WINDOW() external view returns (uint32);
    /// @notice Seconds that an arbiter has at least, however late the challenge.
    function ARBITRATION_PERIOD() external view returns (uint32);
}
