import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Hex } from "viem";
import { createCore } from "../../../offchain-engine/edge/core.ts";
import type { Command, PlaceCommand } from "../../../protocol/engine/command.ts";
import type {
  CancelReason,
  FillView,
  OrderStatus,
  OrderView,
} from "../../../protocol/engine/view.ts";
import { Check } from "../../../scripts/audit/check.ts";
import { PriorityWitness } from "../../../scripts/audit/priority-witness.ts";
import { address, hash } from "../../offchain-engine/core/driver.ts";
import { RandomCommands } from "../../offchain-engine/core/random-commands.ts";
import { RandomSource } from "../../offchain-engine/core/random-source.ts";

const LIMITS = {
  expiryLeadMs: 2_000,
  maxOpenOrdersPerAccount: 12,
  maxFillsPerOrder: 2,
  maxUnsettledFills: 15,
};

/** A matcher's story, told by hand, and what the witness says of it. */
class Story {
  readonly check = new Check("priority", "");
  readonly #witness: PriorityWitness;
  #seq = 0;

  constructor(maxFillsPerOrder = 1_000) {
    this.#witness = new PriorityWitness(this.check, { expiryLeadMs: 0, maxFillsPerOrder });
  }

  /** Applies a command with what the matcher says that it did. */
  tell(command: Command, orders: OrderView[], fills: FillView[] = [], timeMs = 1_000): this {
    const replayed = { seq: ++this.#seq, timeMs, command, orders, fills };
    this.#witness.begin(replayed);
    for (const { makerHash, quantityLots, yesPriceTicks } of fills) {
      const claim = { maker: this.#witness.find(makerHash), quantityLots, yesPriceTicks };
      this.check.take(this.#witness.judge(claim));
      this.#witness.apply(claim);
    }
    this.#witness.end(replayed);
    return this;
  }

  /** An order that only rests. */
  rests(command: PlaceCommand): this {
    return this.tell(command, [view(command, "open")]);
  }

  complaint(pattern: RegExp): void {
    assert.match(this.check.first ?? "no complaint", pattern);
  }
}

function placing(
  id: number,
  maker: string,
  price: number,
  quantity: number,
  side: 0 | 1,
): PlaceCommand {
  return {
    kind: "place",
    hash: hash(id),
    order: {
      maker: address(maker),
      marketId: 1,
      outcome: 1,
      side,
      price,
      quantity,
      timeInForce: 0,
      maxFeeBps: 0,
      expiry: 0,
      nonce: String(id),
    },
    signature: "0x",
    signer: address(maker),
    selfTradePrevention: "cancel_resting",
  };
}

function view(
  { hash: orderHash, order }: PlaceCommand,
  status: OrderStatus,
  filledLots = 0,
  cancelReason: CancelReason | null = null,
): OrderView {
  const remainingLots = order.quantity - filledLots;
  const times = { createdAtMs: 0, updatedAtMs: 0 };
  return {
    hash: orderHash,
    order,
    clientId: null,
    status,
    cancelReason,
    filledLots,
    remainingLots,
    ...times,
  };
}

function fill(
  maker: PlaceCommand,
  quantityLots: number,
  yesPriceTicks = maker.order.price,
): FillView {
  return { makerHash: maker.hash as Hex, quantityLots, yesPriceTicks } as FillView;
}

const OLDER = placing(1, "a1", 400, 100, 1);
const YOUNGER = placing(2, "a2", 400, 100, 1);
const WORSE = placing(3, "a3", 410, 100, 1);
const TAKER = placing(4, "b0", 450, 60, 0);
const book = (maxFillsPerOrder?: number) =>
  new Story(maxFillsPerOrder).rests(OLDER).rests(YOUNGER).rests(WORSE);
const full = view(TAKER, "filled", 60);

describe("priority witness", function () {
  this.timeout(60_000);

  it("names a fill that passed over an older order of the same price", () => {
    const orders = [full, view(YOUNGER, "partially_filled", 60)];
    book()
      .tell(TAKER, orders, [fill(YOUNGER, 60)])
      .complaint(/^it took .*02 at 400 \(entry 2\) before .*01 at 400 \(entry 1\)/);
  });

  it("names a fill that passed over a better price", () => {
    const orders = [full, view(WORSE, "partially_filled", 60)];
    book()
      .tell(TAKER, orders, [fill(WORSE, 60)])
      .complaint(/^it took .*03 at 410 .* before .*01 at 400/);
  });

  it("names a fill at another price, of another size, or beyond the limit", () => {
    const orders = [full, view(OLDER, "partially_filled", 60)];
    book()
      .tell(TAKER, orders, [fill(OLDER, 60, 405)])
      .complaint(/^its price is 405, the resting one 400/);
    const less = [view(TAKER, "open", 50), view(OLDER, "partially_filled", 50)];
    book()
      .tell(TAKER, less, [fill(OLDER, 50)])
      .complaint(/^it took 50 lots in place of 60/);
    const low = placing(4, "b0", 399, 60, 0);
    book()
      .tell(low, [view(low, "filled", 60)], [fill(OLDER, 60)])
      .complaint(/^its limit does not reach 400/);
  });

  it("names an order that stops although it reaches the book", () => {
    book()
      .rests(TAKER)
      .complaint(/^at entry 4 order .*04 stopped although it reaches .*01/);
    const fak = view(TAKER, "cancelled", 0, "fak_remainder");
    book()
      .tell(TAKER, [fak])
      .complaint(/stopped although/);
  });

  it("names an order that the limit of fills ended too early, too late, or out of reach", () => {
    const large = placing(4, "b0", 450, 400, 0);
    const filled = [view(OLDER, "filled", 100), view(YOUNGER, "filled", 100)];
    const ended = view(large, "cancelled", 200, "fill_limit");
    const fills = [fill(OLDER, 100), fill(YOUNGER, 100)];
    book(3)
      .tell(large, [ended, ...filled], fills)
      .complaint(/^at entry 4 order .*04 ended after 2 orders, not 3/);
    book(1)
      .tell(large, [ended, ...filled], fills)
      .complaint(/^it met more than 1 orders/);
    const low = placing(4, "b0", 405, 400, 0);
    book(2)
      .tell(low, [view(low, "cancelled", 200, "fill_limit"), ...filled], fills)
      .complaint(/ended by the limit although it reaches nothing/);
    const rests = view(large, "partially_filled", 200);
    book(2)
      .tell(large, [rests, ...filled], fills)
      .complaint(/stopped although it reaches .*03/);
  });

  it("takes the end of an order that met as many as it may, its own among them", () => {
    const own = placing(2, "b0", 400, 100, 1);
    const large = placing(4, "b0", 450, 400, 0);
    const story = new Story(2)
      .rests(OLDER)
      .rests(own)
      .rests(WORSE)
      .tell(
        large,
        [
          view(large, "cancelled", 100, "fill_limit"),
          view(OLDER, "filled", 100),
          view(own, "cancelled", 0, "self_trade"),
        ],
        [fill(OLDER, 100)],
      );
    assert.equal(story.check.first, null);
  });

  it("names an order that leaves the book without cause", () => {
    const tick = { kind: "tick" } as const;
    for (const reason of [
      "user",
      "withdrawal",
      "market_closed",
      "self_trade",
      "replaced",
    ] as const) {
      const gone = view(OLDER, "cancelled", 0, reason);
      book()
        .tell(tick, [gone])
        .complaint(new RegExp(`left the book without cause \\(${reason}\\)`));
    }
    book()
      .tell(tick, [view(OLDER, "expired")])
      .complaint(/without cause \(expired\)/);
    const another = { kind: "cancel", maker: address("a2"), hash: OLDER.hash } as const;
    book()
      .tell(another, [view(OLDER, "cancelled", 0, "user")])
      .complaint(/without cause/);
  });

  it("names an amendment that keeps a place which it gave up", () => {
    const larger = placing(1, "a1", 400, 200, 1);
    const amended: PlaceCommand = { ...larger, hash: hash(5), replaces: OLDER.hash };
    const story = book().tell(amended, [
      view(OLDER, "cancelled", 0, "replaced"),
      view(amended, "open"),
    ]);
    assert.equal(story.check.first, null);
    story
      .tell(TAKER, [full, view(amended, "partially_filled", 60)], [fill(amended, 60)])
      .complaint(/^it took .*05 at 400 \(entry 4\) before .*02 at 400 \(entry 2\)/);
  });

  it("takes the best price, the oldest order, and an amendment in its place", () => {
    const smaller = placing(1, "a1", 400, 20, 1);
    const amended: PlaceCommand = { ...smaller, hash: hash(5), replaces: OLDER.hash };
    const story = book()
      .tell(amended, [view(OLDER, "cancelled", 0, "replaced"), view(amended, "open")])
      .tell(
        TAKER,
        [full, view(amended, "filled", 20), view(YOUNGER, "partially_filled", 40)],
        [fill(amended, 20), fill(YOUNGER, 40)],
      )
      .tell({ kind: "cancel_all", maker: address("a2") }, [view(YOUNGER, "cancelled", 40, "user")]);
    assert.equal(story.check.first, null);
    assert.equal(story.check.count, 2);
  });

  it("explains what a dead man's switch cancels at its time, once, and not before", () => {
    const maker = address("a2");
    const gone = [view(YOUNGER, "cancelled", 40, "heartbeat")];
    const tick = { kind: "tick" } as const;
    const armed = () => book().tell({ kind: "heartbeat", maker, timeoutMs: 5_000 }, []);
    assert.equal(armed().tell(tick, gone, [], 6_000).check.first, null);
    const early = armed().tell(tick, gone, [], 5_999);
    early.complaint(/left the book without cause \(heartbeat\)/);
    const off = armed().tell({ kind: "heartbeat", maker, timeoutMs: 0 }, []);
    off.tell(tick, gone, [], 6_000).complaint(/without cause/);
    const later = armed().tell({ kind: "restart" }, [], [], 60_000);
    later.tell(tick, gone, [], 64_999).complaint(/without cause/);
    const spent = armed().tell(tick, [], [], 6_000);
    spent.tell(tick, gone, [], 6_001).complaint(/without cause/);
  });

  for (const chainRefusesFills of [false, true]) {
    it(`has nothing against the core over random commands, ${chainRefusesFills ? "some fills refused" : "all settled"}`, () => {
      const check = new Check("priority", "");
      let limited = 0;
      for (let seed = 1; seed <= 8; seed++) {
        const core = createCore({ chainId: 1, ...LIMITS });
        const witness = new PriorityWitness(check, LIMITS);
        const options = { chainRefusesFills, batchSize: 8 };
        const source = new RandomCommands(new RandomSource(seed), options);
        for (let i = 0; i < 1_000; i++) {
          const { seq, timeMs, command } = source.next();
          const applied = core.apply({ seq, timeMs, command });
          const { orders } = applied.changes;
          const fills = command.kind === "place" ? applied.changes.fills : [];
          source.learn(applied);
          limited += orders.filter(({ cancelReason }) => cancelReason === "fill_limit").length;
          const replayed = { seq, timeMs, command, orders, fills };
          witness.begin(replayed);
          for (const { makerHash, quantityLots, yesPriceTicks } of fills) {
            const claim = { maker: witness.find(makerHash), quantityLots, yesPriceTicks };
            check.take(witness.judge(claim));
            witness.apply(claim);
          }
          witness.end(replayed);
          assert.equal(check.first, null, `seed ${seed}`);
        }
      }
      assert.ok(check.count > 500, `${check.count} fills`);
      assert.ok(limited > 20, `${limited} orders met the limit`);
    });
  }
});
