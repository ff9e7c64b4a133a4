// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IExchangeErrors } from "./IExchangeErrors.sol";
import { IExchangeEvents } from "./IExchangeEvents.sol";

/// @title What both halves of the exchange speak in: records, and the delays that both keep.
/// @notice Units: see `IExchange`.
interface IExchangeBase is IExchangeEvents, IExchangeErrors {
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
    /// `closeTime + SETTLEMENT_GRACE + EXIT_DELAY` and no later than `closeTime + MAX_RESOLVE_PERIOD`.
    /// `resolverData`, unless empty, is handed to `resolver` (`IMarketResolver`) in the same transaction.
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

    /// @notice What is one member's own in a group of exclusive outcomes.
    struct GroupMember {
        string slug;
        string question;
        string rules;
    }

    /// @notice Everything that defines a group at its creation: `members` of which exactly one comes true. The rest
    /// is as in `MarketParams`, the same for all of them; `resolver` is called once, with the group's id.
    /// @dev In bytes, `slug` has 1..100 and `title` 1..1,200. All members are created in one transaction, whose gas
    /// bounds their texts together.
    struct GroupParams {
        string slug;
        string title;
        string category;
        uint40 closeTime;
        uint40 resolveDeadline;
        address resolver;
        uint16 takerFeeBps;
        uint8 priceStep;
        bytes resolverData;
        GroupMember[] members;
    }

    /// @notice A group's members are the markets `groupId … groupId + memberCount - 1`. In each of them as many YES
    /// are out as NO plus `excessYesLots`, which conversions change.
    struct Group {
        uint16 memberCount;
        int64 excessYesLots;
    }

    /// @notice The state of a market as a reader sees it.
    /// @dev `status`: 1 open (or closed, by time), 2 proposed, 3 resolved, 4 void. `payoutYes` in thousandths.
    /// `openInterestLots`: the NO lots outstanding, which are the pairs of a market in no group.
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

    // ---- delays ----

    /// @notice How long a cancel, withdrawal, export or delegate removal waits.
    /// @return Seconds.
    function EXIT_DELAY() external view returns (uint40);
    /// @notice How long after a market's close or an order's expiry fills matched before it may still settle; at least
    /// a third of `EXIT_DELAY`.
    /// @return Seconds.
    function SETTLEMENT_GRACE() external view returns (uint40);
}
