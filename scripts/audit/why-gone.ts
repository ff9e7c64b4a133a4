import type { ChainEvent, Command } from "../../protocol/engine/command.ts";
import type { OrderView } from "../../protocol/engine/view.ts";
import type { RestingOrder } from "./plain-book.ts";

/** What happened when an order left the book unfilled. */
export interface Departure {
  resting: RestingOrder;
  /** The order as the engine tells of it. */
  view: OrderView;
  command: Command;
  timeMs: number;
  /** Unix seconds. */
  closeTime: number;
  expiryLeadMs: number;
  /** Whether its maker's dead man's switch was due. */
  isSwitchedOff: boolean;
}

type Cause = (departure: Departure) => boolean;

/** Whether the command carries a chain event of this kind. */
function has<Type extends ChainEvent["type"]>(
  command: Command,
  types: readonly Type[],
  fits: (event: Extract<ChainEvent, { type: Type }>) => boolean,
): boolean {
  if (command.kind !== "block") return false;
  return command.events.some((event) => types.includes(event.type as Type) && fits(event as never));
}

function sameAccount(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function skipsFills(command: Command): boolean {
  if (command.kind === "batch_simulated") return command.skipped.length > 0;
  return has(command, ["batch_settled"], ({ skipped }) => skipped.length > 0);
}

const byItsMaker: Cause = ({ resting: { hash, order }, command }) => {
  const { maker, marketId, nonce } = order;
  if (command.kind === "cancel") {
    return command.hash.toLowerCase() === hash && sameAccount(command.maker, maker);
  }
  if (command.kind === "cancel_all") {
    return sameAccount(command.maker, maker) && (command.marketId ?? marketId) === marketId;
  }
  return has(
    command,
    ["cancel_requested"],
    (event) => sameAccount(event.account, maker) && event.nonce === nonce,
  );
};

/** What the undone block had brought is in the journal above, and the replay takes it back. */
function undoesBlock(command: Command): boolean {
  return command.kind === "block_undone";
}

const EXITS = [
  "withdrawal_requested",
  "withdrawn",
  "export_requested",
  "shares_exported",
  "redeemed",
] as const;

/** What in the journal may end an order for each reason. */
const CAUSES: Partial<Record<NonNullable<OrderView["cancelReason"]>, Cause>> = {
  user: byItsMaker,
  self_trade: ({ resting, command }) =>
    command.kind === "place" &&
    sameAccount(command.order.maker, resting.order.maker) &&
    command.order.marketId === resting.order.marketId,
  market_closed: ({ resting, command, timeMs, closeTime }) =>
    closeTime * 1_000 <= timeMs ||
    undoesBlock(command) ||
    has(
      command,
      ["market_proposed", "market_resolved"],
      ({ marketId }) => marketId === resting.order.marketId,
    ),
  cancel_floor: ({ resting, command }) =>
    has(
      command,
      ["cancel_floor_raised"],
      ({ account, floor }) =>
        sameAccount(account, resting.order.maker) && BigInt(resting.order.nonce) < BigInt(floor),
    ),
  // A skipped fill is taken back, and may leave other orders uncovered.
  withdrawal: ({ resting, command }) =>
    has(command, EXITS, ({ account }) => sameAccount(account, resting.order.maker)) ||
    skipsFills(command) ||
    undoesBlock(command),
  delegate_removed: ({ resting, command }) =>
    undoesBlock(command) ||
    has(
      command,
      ["delegate_removed"],
      ({ account, delegate }) =>
        sameAccount(account, resting.order.maker) && sameAccount(delegate, resting.signer),
    ),
  replaced: ({ resting, command }) =>
    command.kind === "place" &&
    command.replaces?.toLowerCase() === resting.hash &&
    sameAccount(command.order.maker, resting.order.maker),
  heartbeat: ({ isSwitchedOff }) => isSwitchedOff,
  settlement_skipped: ({ command }) => skipsFills(command),
};

/** Whether the journal has a reason for an order to leave the book: an order must not vanish. */
export function isExplained(departure: Departure): boolean {
  const { resting, view, timeMs, expiryLeadMs } = departure;
  if (view.status === "expired") {
    const { expiry } = resting.order;
    return expiry > 0 && expiry * 1_000 - expiryLeadMs <= timeMs;
  }
  return view.cancelReason !== null && (CAUSES[view.cancelReason]?.(departure) ?? false);
}
