// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IMarketResolver } from "./IMarketResolver.sol";

/// @title Resolves markets by answers that anyone may give, and anyone may challenge.
/// @notice Whoever knows how a market ended proposes its payouts with a bond. Unchallenged through the window, they are
/// final and the bond goes back. A challenge, with an equal bond, hands the question to the market's arbiter: exactly
/// the proposed payouts, and the proposer wins; any other answer, also one that the challenger did not have in mind,
/// and the challenger does, who only ever said that the proposal is wrong. The winner has its bond back and half of the
/// loser's; the other half, rounded down, pays the arbiter, so that a dispute with oneself has its price. An arbiter
/// that stays silent leaves the market to the exchange's void at par, and both take their own bonds back.
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
        /// Rules on disputes: a Safe, a court's contract, any account. One that cannot call `withdrawCredit` leaves its
        /// pay here.
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

    /// @notice A market, or a group by its id, resolves by these terms; fixed from its creation on.
    /// @param marketId Of which market, or of which group by its id.
    /// @param arbiter Who rules on a dispute.
    /// @param bondMicro What proposer and challenger each put up.
    /// @param challengeWindow Seconds from a proposal during which it may be challenged.
    /// @param rulesHash Of what binds the arbiter besides the market's rules; may be zero.
    event TermsSet(
        uint64 indexed marketId,
        address indexed arbiter,
        uint64 bondMicro,
        uint32 challengeWindow,
        bytes32 rulesHash
    );
    /// @notice An answer was proposed, and its bond taken.
    /// @param marketId Of which market, or of which group by its id.
    /// @param proposer Who stands for it.
    /// @param payoutsYes Thousandths to YES of each market of the answer.
    /// @param challengeEndsAt From then on it cannot be challenged, unix seconds.
    /// @param evidenceHash Of whatever the proposer shows; where it is found is the proposer's to publish.
    event AnswerProposed(
        uint64 indexed marketId,
        address indexed proposer,
        uint16[] payoutsYes,
        uint40 challengeEndsAt,
        bytes32 evidenceHash
    );
    /// @notice The answer was challenged, and an equal bond taken: its arbiter is to rule.
    /// @param marketId Of which market, or of which group by its id.
    /// @param challenger Who stands against it.
    /// @param evidenceHash Of whatever the challenger shows.
    event AnswerChallenged(uint64 indexed marketId, address indexed challenger, bytes32 evidenceHash);
    /// @notice The proposed answer stood unchallenged and is final; the proposer's bond is credited.
    /// @param marketId Of which market, or of which group by its id.
    /// @param payoutsYes Thousandths to YES of each market of the answer.
    event AnswerFinalized(uint64 indexed marketId, uint16[] payoutsYes);
    /// @notice The arbiter's answer is final.
    /// @param marketId Of which market, or of which group by its id.
    /// @param winner Proposer or challenger, who has its bond back and half of the other.
    /// @param payoutsYes Thousandths to YES of each market of the answer.
    /// @param evidenceHash Of whatever the arbiter shows.
    event AnswerArbitrated(uint64 indexed marketId, address indexed winner, uint16[] payoutsYes, bytes32 evidenceHash);
    /// @notice The market ended without an answer from here: each bond goes back to whoever put it up.
    /// @param marketId Of which market, or of which group by its id.
    event BondsReleased(uint64 indexed marketId);
    /// @notice An account may withdraw so much more.
    /// @param marketId The market, or group, whose end is the reason.
    /// @param account Who.
    /// @param amountMicro How much more.
    event CreditAdded(uint64 indexed marketId, address indexed account, uint256 amountMicro);
    /// @notice An account's credit was paid.
    /// @param account Whose.
    /// @param to To whom.
    /// @param amountMicro How much.
    event CreditWithdrawn(address indexed account, address indexed to, uint256 amountMicro);

    // ---- errors ----

    /// @notice The caller is not the exchange.
    error NotExchange();
    /// @notice An exit delay so long that no window lies between it and the void of a proposed market.
    error ConfigInvalid();
    /// @notice No arbiter, a bond of nothing or of more than escrow can hold, or a window outside of its bounds.
    error TermsInvalid();
    /// @notice The market is another resolver's, has been created without terms, or is not the first of its group.
    error TermsMissing();
    /// @notice An answer is proposed already: there is no second one.
    error AnswerStands();
    /// @notice No answer is proposed.
    error NoAnswer();
    /// @notice The answer is not challenged: there is nothing to rule on.
    error NotDisputed();
    /// @notice The answer is challenged: its arbiter is to rule.
    error AnswerDisputed();
    /// @notice The answer is final, or its bonds went back.
    error AnswerClosed();
    /// @notice The challenge window is over.
    error WindowOver();
    /// @notice The challenge window is not over.
    /// @param challengeEndsAt When it is, unix seconds.
    error WindowOpen(uint40 challengeEndsAt);
    /// @notice A proposer cannot challenge itself.
    error OwnAnswer();
    /// @notice The caller is not the market's arbiter.
    error NotArbiter();
    /// @notice The exchange has no payout of the market yet.
    error MarketUnresolved();
    /// @notice The caller has no credit.
    error NothingCredited();
    /// @notice The collateral token moved another amount than was asked.
    error BondNotReceived();

    // ---- answers ----

    /// @notice Proposes how a market or group pays, past its close and the exchange's settlement grace; once for each.
    /// Anyone may call; takes the bond from the caller's wallet (allowance needed). Emits `AnswerProposed`.
    /// @dev Reverts `TermsMissing`, `AnswerStands`, `BondNotReceived`, or with the exchange's error, as where payouts
    /// do not fit the market or group.
    /// @param marketId Of which market, or of which group by its id.
    /// @param payoutsYes Thousandths to YES: one entry for a lone market, n with the sum 1000 for a group of n.
    /// @param evidenceHash Of whatever the proposer shows; may be zero.
    function propose(uint64 marketId, uint16[] calldata payoutsYes, bytes32 evidenceHash) external;
    /// @notice Says that the proposed answer is wrong, inside the window, by anyone but its proposer. Takes an equal
    /// bond. Emits `AnswerChallenged`.
    /// @dev Reverts `NoAnswer`, `AnswerDisputed`, `AnswerClosed`, `WindowOver`, `OwnAnswer`, `BondNotReceived`.
    /// @param marketId Of which market, or of which group by its id.
    /// @param evidenceHash Of whatever the challenger shows; may be zero.
    function challenge(uint64 marketId, bytes32 evidenceHash) external;
    /// @notice Resolves by the unchallenged answer, once the window is over. Anyone may call, and somebody should:
    /// `PROPOSAL_VOID_DELAY` after the proposal, anyone may void the market instead. Emits `AnswerFinalized`.
    /// @dev Reverts `NoAnswer`, `AnswerDisputed`, `AnswerClosed`, `WindowOpen`, or with the exchange's error.
    /// @param marketId Of which market, or of which group by its id.
    function finalize(uint64 marketId) external;
    /// @notice Resolves a disputed market or group, by the proposed answer or another. Its arbiter only. Emits
    /// `AnswerArbitrated`.
    /// @dev Reverts `NotArbiter`, `NoAnswer`, `AnswerClosed`, `NotDisputed`, or with the exchange's error.
    /// @param marketId Of which market, or of which group by its id.
    /// @param payoutsYes As in `propose`.
    /// @param evidenceHash Of whatever the arbiter shows; may be zero.
    function arbitrate(uint64 marketId, uint16[] calldata payoutsYes, bytes32 evidenceHash) external;
    /// @notice Gives the bonds back once the exchange has the market void. Anyone may call. Emits `BondsReleased`.
    /// @dev Reverts `NoAnswer`, `AnswerClosed`, `MarketUnresolved`.
    /// @param marketId Of which market, or of which group by its id.
    function releaseBonds(uint64 marketId) external;

    // ---- credits ----

    /// @notice Pays the caller's whole credit. Emits `CreditWithdrawn`.
    /// @dev Reverts `NothingCredited`, or with the token's error.
    /// @param to To whom.
    function withdrawCredit(address to) external;

    // ---- views ----

    /// @notice What a market or group is resolved by.
    /// @param marketId Of which market, or of which group by its id.
    /// @return All zero for one without terms.
    function termsOf(uint64 marketId) external view returns (Terms memory);
    /// @notice Where its answer stands.
    /// @param marketId Of which market, or of which group by its id.
    /// @return All zero when none was proposed.
    function answerOf(uint64 marketId) external view returns (Answer memory);
    /// @notice What an account may withdraw.
    /// @param account Whose.
    /// @return micro How much.
    function creditOf(address account) external view returns (uint256 micro);
    /// @notice Bonds of open answers and credits not yet withdrawn; the collateral held here is never less.
    /// @return Micro.
    function owedMicro() external view returns (uint256);
    /// @notice The least challenge window: the exchange's `EXIT_DELAY`, so that whoever can leave can also object.
    /// @return Seconds.
    function MIN_CHALLENGE_WINDOW() external view returns (uint32);
    /// @notice The greatest one: it leaves the arbiter `ARBITRATION_PERIOD` before the market may be voided.
    /// @return Seconds.
    function MAX_CHALLENGE_WINDOW() external view returns (uint32);
    /// @notice How long an arbiter has at least, however late the challenge.
    /// @return Seconds.
    function ARBITRATION_PERIOD() external view returns (uint32);
}
