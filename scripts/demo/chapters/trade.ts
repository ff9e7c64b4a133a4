import { formatPrice, Outcome, Side, yesPriceTicks } from "../../../protocol/units.ts";
import { isAgonError, type OrderParameters } from "../../../sdk/index.ts";
import type { ExpectedFill } from "../expected-ledger.ts";
import type { Player } from "../player.ts";
import type { Cast, Stage } from "../stage.ts";
import { shares } from "../transcript.ts";

const BOOK_TIMEOUT_MS = 30_000;

type Terms = Pick<OrderParameters, "outcome" | "side" | "price" | "quantity" | "timeInForce">;

/** A resting order of one meets an order of the other; which kind of match that makes. */
interface Meeting {
  kind: ExpectedFill["matchKind"];
  what: string;
  maker: "alice" | "bob";
  resting: Terms & { price: number; quantity: number };
  arriving: Terms & { price: number; quantity: number };
}

/** All four ways in which two orders can meet. */
const MEETINGS: Meeting[] = [
  {
    kind: "mint",
    what: "a buyer of YES meets a buyer of NO: a pair comes to be",
    maker: "alice",
    resting: { outcome: "YES", side: "BUY", price: 600, quantity: 10_000 },
    arriving: { outcome: "NO", side: "BUY", price: 400, quantity: 10_000 },
  },
  {
    kind: "transfer_yes",
    what: "YES shares change hands",
    maker: "alice",
    resting: { outcome: "YES", side: "SELL", price: 650, quantity: 3_000 },
    arriving: { outcome: "YES", side: "BUY", price: 670, quantity: 3_000, timeInForce: "FOK" },
  },
  {
    kind: "transfer_no",
    what: "NO shares change hands",
    maker: "bob",
    resting: { outcome: "NO", side: "SELL", price: 380, quantity: 2_000 },
    arriving: { outcome: "NO", side: "BUY", price: 380, quantity: 2_000, timeInForce: "FAK" },
  },
  {
    kind: "merge",
    what: "a seller of YES meets a seller of NO: a pair ends",
    maker: "alice",
    resting: { outcome: "YES", side: "SELL", price: 600, quantity: 1_000 },
    arriving: { outcome: "NO", side: "SELL", price: 400, quantity: 1_000 },
  },
];

function legOf({ outcome, side }: Terms) {
  return { outcome: Outcome[outcome], side: Side[side] };
}

function terms({ side, outcome, price, quantity, timeInForce }: Meeting["resting"]): string {
  const how = timeInForce ? ` (${timeInForce})` : "";
  return `${side} ${shares(quantity, outcome)} @ ${formatPrice(price)}${how}`;
}

async function meet(stage: Stage, cast: Cast, meeting: Meeting): Promise<void> {
  const { transcript, checks } = stage;
  const { market, ledger } = cast;
  const maker = cast[meeting.maker];
  const taker = meeting.maker === "alice" ? cast.bob : cast.alice;
  transcript.line("", `${meeting.kind}: ${meeting.what}`);
  const resting = await maker.client.placeOrder({ market, ...meeting.resting });
  transcript.line(maker.name, `rests ${terms(meeting.resting)}`);
  const { fills } = await taker.client.placeOrder({ market, ...meeting.arriving });
  const { outcome, price } = meeting.resting;
  const yesTicks = yesPriceTicks(Outcome[outcome], price);
  const { quantity } = meeting.arriving;
  ledger.fill({
    matchKind: meeting.kind,
    taker: taker.name,
    maker: maker.name,
    takerLeg: legOf(meeting.arriving),
    makerLeg: legOf(meeting.resting),
    yesPriceTicks: yesTicks,
    quantityLots: quantity,
  });
  const told = fills.map(
    (fill) => `${fill.matchKind} ${fill.quantityLots} @ ${fill.yesPriceTicks}`,
  );
  transcript.line(taker.name, `${terms(meeting.arriving)} is filled at once`);
  checks.compare(`fill against order ${resting.order.hash.slice(0, 10)}…`, {
    expected: `${meeting.kind} ${quantity} @ ${yesTicks}`,
    api: told.join(", "),
  });
}

/** The four matches, an order that rests and is cancelled, and two refusals. */
export async function trade(
  stage: Stage,
  cast: Cast,
  onMatch: (count: number) => Promise<void>,
): Promise<void> {
  stage.transcript.chapter("They trade, in all four ways");
  for (const [index, meeting] of MEETINGS.entries()) {
    await meet(stage, cast, meeting);
    await onMatch(index + 1);
  }
  stage.transcript.chapter("An order rests, is seen in the live book, and is cancelled");
  await restAndCancel(stage, cast, cast.bob);
  stage.transcript.chapter("What does not hold is refused, with a code that says why");
  await refusals(stage, cast, cast.alice);
}

async function restAndCancel(stage: Stage, { market }: Cast, player: Player): Promise<void> {
  const { transcript, checks } = stage;
  const { client, account, name } = player;
  const book = client.openBook(market.slug);
  await book.ready();
  const before = await client.getBalance();
  const order = { outcome: "YES", side: "BUY", price: 100, quantity: 5_000 } as const;
  const placed = await client.placeOrder({ market, ...order });
  const level = await book.waitFor(
    ({ bids }) => bids.find(([price]) => price === order.price),
    BOOK_TIMEOUT_MS,
  );
  transcript.line(name, `rests ${terms(order)}; the book shows ${shares(level[1], "YES")} there`);
  checks.compare("lots at that price in the live book", {
    expected: order.quantity,
    api: level[1],
  });
  const cancelled = await client.cancelOrder(placed.order.hash);
  transcript.line(name, `cancels it: ${cancelled.status}, by the ${cancelled.cancelReason}`);
  await account.waitForOrderEnd(placed.order.hash, BOOK_TIMEOUT_MS);
  await book.waitFor(({ bids }) => bids.every(([price]) => price !== order.price), BOOK_TIMEOUT_MS);
  checks.compare("free cash after the cancel, as before", {
    expected: before.availableMicro,
    api: (await client.getBalance()).availableMicro,
  });
  book.close();
}

async function refusals(stage: Stage, { market }: Cast, player: Player): Promise<void> {
  const wanted: [what: string, order: Terms & { price: number; quantity: number }, code: string][] =
    [
      [
        "wants more than her cash covers",
        { outcome: "YES", side: "BUY", price: 990, quantity: 10_000_000 },
        "insufficient_cash",
      ],
      [
        "wants to sell what she does not have",
        { outcome: "NO", side: "SELL", price: 500, quantity: 10_000_000 },
        "insufficient_shares",
      ],
      [
        "wants all or nothing of an empty book",
        { outcome: "YES", side: "BUY", price: 500, quantity: 100, timeInForce: "FOK" },
        "fok_not_filled",
      ],
    ];
  for (const [what, order, code] of wanted) {
    const error = await player.client.placeOrder({ market, ...order }).catch((met: unknown) => met);
    if (!isAgonError(error)) throw error instanceof Error ? error : new Error(`${what}: accepted`);
    stage.transcript.line(player.name, `${what}: ${error.code}`);
    stage.transcript.line("", error.mend);
    stage.checks.compare(`the refusal's code (HTTP ${error.status})`, {
      expected: code,
      api: error.code,
    });
  }
}
