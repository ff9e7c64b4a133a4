import type { Address, Hex } from "viem";
import type { CancelReason, FillView, OrderView } from "../../protocol/engine/view.ts";
import type { PlaceOrderRequest } from "../../protocol/wire/order.ts";
import { promised } from "./violation.ts";

const ENDED: readonly OrderView["status"][] = ["filled", "cancelled", "expired", "rejected"];

/** One signed order and all that its maker was told of it. */
export interface SentOrder {
  hash: Hex;
  maker: Address;
  slug: string;
  request: PlaceOrderRequest;
  /** `unknown`: no answer came, or one that says that nobody knows. */
  outcome: "acknowledged" | "refused" | "unknown";
  /** As it was told last. */
  view: OrderView | null;
}

/** What the exchange has promised so far, as its clients heard it; a word taken back is a violation. */
export class PromiseBook {
  readonly orders = new Map<Hex, SentOrder>();
  readonly #fills = new Map<number, FillView>();
  /** Releases by account and nonce: no nonce is given twice. */
  readonly #releases = new Set<string>();
  acknowledged = 0;
  unknown = 0;

  /** A client is about to send it: from now on the exchange may have it. */
  sending(order: Omit<SentOrder, "outcome" | "view">): SentOrder {
    const sent: SentOrder = { ...order, outcome: "unknown", view: null };
    this.orders.set(order.hash, sent);
    return sent;
  }

  /** The exchange told of an order, in answer to a client that waits for nothing else. */
  told(view: OrderView, fills: readonly FillView[] = []): void {
    const sent = this.orders.get(view.hash);
    promised(sent !== undefined, "no foreign order", () => `nobody signed ${view.hash}`);
    if (sent.outcome !== "acknowledged") this.acknowledged++;
    sent.outcome = "acknowledged";
    checkProgress(sent, view);
    sent.view = view;
    for (const fill of fills) this.toldFill(fill);
  }

  /** A fill as one of its owners, or the public, was told of it. */
  toldFill(fill: FillView): void {
    const known = this.#fills.get(fill.fillSeq);
    if (known) {
      promised(sameFill(known, fill), "a fill is a fill", () => changed(known, fill));
    }
    this.#fills.set(fill.fillSeq, fill);
  }

  /** @throws Violation when the account has had a release of this nonce. */
  toldRelease(account: Address, nonce: string): void {
    const key = `${account} ${nonce}`;
    promised(!this.#releases.has(key), "releases are single", `${key} was given twice`);
    this.#releases.add(key);
  }

  fills(): IterableIterator<FillView> {
    return this.#fills.values();
  }
}

/** Filled lots never fall, an ended order stays as it ended, and lots do not come or go. */
function checkProgress({ view: before, request }: SentOrder, after: OrderView): void {
  const whole = request.order.quantity;
  const say = () => `${after.hash} was ${JSON.stringify(before)}, is ${JSON.stringify(after)}`;
  promised(after.order.quantity === whole, "an order is as signed", say);
  promised(after.filledLots <= whole, "no order fills beyond its size", say);
  if (!ENDED.includes(after.status)) {
    promised(after.filledLots + after.remainingLots === whole, "lots are whole", say);
  }
  if (after.status === "filled") promised(after.filledLots === whole, "filled is filled", say);
  promised(isExplicable(after.status, after.cancelReason), "an order's state is explained", say);
  if (before === null) return;
  promised(after.filledLots >= before.filledLots, "an acknowledged fill stays", say);
  if (!ENDED.includes(before.status)) return;
  const stays = after.status === before.status && after.filledLots === before.filledLots;
  promised(stays, "an ended order stays ended", say);
}

/** Nothing of the load makes a fill be skipped, a delegate go, or a market close. */
const UNEXPECTED: readonly CancelReason[] = [
  "settlement_skipped",
  "market_closed",
  "cancel_floor",
  "delegate_removed",
];

function isExplicable(status: OrderView["status"], reason: CancelReason | null): boolean {
  if (status === "rejected" || status === "expired") return false;
  if (status !== "cancelled") return true;
  return reason !== null && !UNEXPECTED.includes(reason);
}

/** All of a fill but what settlement adds. */
export function sameFill(one: FillView, other: FillView): boolean {
  const facts = ({ status: _, transactionHash: __, ...fill }: FillView) =>
    JSON.stringify(Object.entries(fill).sort());
  return facts(one) === facts(other);
}

function changed(one: FillView, other: FillView): string {
  return `fill ${one.fillSeq} was ${JSON.stringify(one)}, is ${JSON.stringify(other)}`;
}
