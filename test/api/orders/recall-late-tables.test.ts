import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Hex } from "viem";
import type { EngineTables } from "../../../api/history/engine-tables.ts";
import type { FillRow } from "../../../api/history/fill-rows.ts";
import type { OrderRow } from "../../../api/history/order-rows.ts";
import { recallOrders } from "../../../api/orders/recall-orders.ts";
import { createLog } from "../../../platform/log.ts";
import type { Pool } from "../../../platform/postgres/pool.ts";
import type { PlaceCommand } from "../../../protocol/engine/command.ts";
import type { Verdict } from "../../../protocol/engine/request.ts";
import type { FillStatus, FillView } from "../../../protocol/engine/view.ts";
import { ERRORS, type ErrorCode } from "../../../protocol/errors.ts";

const HASH = `0x${"ab".repeat(32)}` as const;
const OTHER = `0x${"ba".repeat(32)}` as const;
const MAKER = `0x${"cd".repeat(20)}` as const;

const COMMAND: PlaceCommand = {
  kind: "place",
  hash: HASH,
  order: {
    maker: MAKER,
    marketId: 1,
    outcome: 1,
    side: 0,
    price: 300,
    quantity: 100,
    timeInForce: 0,
    maxFeeBps: 0,
    expiry: 0,
    nonce: "7",
  },
  signature: "0x00",
  signer: MAKER,
  selfTradePrevention: "cancel_resting",
};

const ROW: OrderRow = {
  hash: HASH,
  seq: 5n,
  maker: MAKER,
  market_id: 1n,
  outcome: 1,
  side: 0,
  price_ticks: 300,
  quantity_lots: 100n,
  time_in_force: 0,
  max_fee_bps: 0,
  expiry: 0n,
  nonce: "7",
  client_id: null,
  status: "cancelled",
  cancel_reason: "user",
  filled_lots: 0n,
  created_at_ms: 1n,
  updated_at_ms: 2n,
};

function fillRow(seq: bigint, status: FillStatus): FillRow {
  return { fill_seq: seq, fee_micro: 0n, status } as unknown as FillRow;
}

function fill(fillSeq: number, status: FillStatus): FillView {
  return { fillSeq, status } as unknown as FillView;
}

interface Stored {
  orders?: OrderRow[];
  fills?: FillRow[];
  isCurrent?: boolean;
  /** Look-ups of these hashes are late, or fail, whatever the others do. */
  late?: Hex;
  gone?: Hex;
}

/** Tables with these rows, and every look-up that reached them. */
function recalling({ orders = [], fills = [], isCurrent = true, late, gone }: Stored) {
  const asked: unknown[] = [];
  const logLines: string[] = [];
  const tables: EngineTables = {
    async query<Row extends object>(text: string, values: unknown[]) {
      asked.push(values[0]);
      if (values[0] === gone) throw new Error("the database is gone");
      const found: object[] = text.includes("FROM engine.fills")
        ? fills
        : orders.filter(({ hash }) => hash === values[0]);
      return { rows: found as Row[], isCurrent: isCurrent && values[0] !== late };
    },
  };
  const log = createLog({
    service: "test",
    level: "debug",
    destination: { write: (line) => void logLines.push(line) },
  });
  return { services: { tables, pool: {} as Pool, log }, asked, logLines };
}

function refused(code: ErrorCode): Verdict {
  return { ok: false, code };
}

function accepted(repeated: boolean, fills: FillView[] = []): Verdict {
  return { ok: true, kind: "place", order: { hash: HASH }, fills, repeated } as Verdict;
}

async function recallOne(verdict: Verdict, services: Parameters<typeof recallOrders>[2]) {
  const [recalled] = await recallOrders([COMMAND], [verdict], services);
  assert.ok(recalled);
  return recalled;
}

describe("orders recalled from tables that may be late", () => {
  it("are not refused for good while the tables may yet get them", async () => {
    for (const code of ["nonce_used", "cancel_only", "order_unknown"] as const) {
      const { services } = recalling({ isCurrent: false });
      assert.deepEqual(await recallOne(refused(code), services), refused("engine_timeout"));
    }
  });

  it("are refused when the tables are current and without them", async () => {
    const { services, asked } = recalling({});
    assert.deepEqual(await recallOne(refused("nonce_used"), services), refused("nonce_used"));
    assert.deepEqual(asked, [HASH]);
  });

  it("cost a batch no other verdict when one read fails", async () => {
    const { services, logLines } = recalling({ gone: OTHER });
    const verdicts = [accepted(false), refused("nonce_used"), refused("nonce_used")];
    const commands = [COMMAND, { ...COMMAND, hash: OTHER }, COMMAND];
    assert.deepEqual(await recallOrders(commands, verdicts, services), [
      verdicts[0],
      refused("engine_timeout"),
      verdicts[2],
    ]);
    assert.equal(logLines.length, 1);
    assert.equal(JSON.parse(logLines[0] as string).hash, OTHER);
  });

  it("that amend one not yet in the tables are not called unknown", async () => {
    const { services } = recalling({ late: OTHER });
    const amending = { ...COMMAND, replaces: OTHER };
    const recalled = await recallOrders([amending], [refused("order_unknown")], services);
    assert.deepEqual(recalled, [refused("engine_timeout")]);
  });

  it("keep the fills that the engine remembers, which win over stored ones", async () => {
    const { services } = recalling({
      fills: [fillRow(2n, "settled"), fillRow(11n, "matched")],
      isCurrent: false,
    });
    const verdict = accepted(true, [fill(11, "submitted"), fill(12, "matched")]);
    const recalled = await recallOne(verdict, services);
    assert.ok(recalled.ok && recalled.kind === "place");
    assert.deepEqual(
      recalled.fills.map(({ fillSeq, status }) => [fillSeq, status]),
      [
        [2, "settled"],
        [11, "submitted"],
        [12, "matched"],
      ],
    );
  });
});

const STANDING: readonly ErrorCode[] = [
  "validation_failed",
  "market_unknown",
  "engine_busy",
  "engine_timeout",
  "engine_unavailable",
  "client_id_used",
  "self_trade",
  "post_only_would_cross",
  "fok_not_filled",
  "insufficient_cash",
  "insufficient_shares",
  "too_many_open_orders",
];

describe("refusals of an order that was accepted before", () => {
  it("give its first result, whatever is asked before its nonce", async () => {
    for (const code of Object.keys(ERRORS) as ErrorCode[]) {
      if (STANDING.includes(code)) continue;
      const { services } = recalling({ orders: [ROW] });
      const recalled = await recallOne(refused(code), services);
      assert.ok(recalled.ok && recalled.kind === "place", code);
      assert.deepEqual([recalled.order.hash, recalled.repeated], [HASH, true]);
    }
  });

  it("stand without a look-up where it cannot have been accepted, or nothing was decided", async () => {
    for (const code of STANDING) {
      const { services, asked } = recalling({ isCurrent: false });
      assert.deepEqual(await recallOne(refused(code), services), refused(code));
      assert.deepEqual(asked, [], code);
    }
  });
});
