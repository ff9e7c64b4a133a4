import assert from "node:assert/strict";
import { afterEach, describe, it } from "mocha";
import type { Hex } from "viem";
import type { CancelReason, OrderStatus, OrderView } from "../../../protocol/engine/view.ts";
import { isAgonError } from "../../../sdk/agon-error.ts";
import { connect } from "../../../sdk/client.ts";
import {
  type Answer,
  problem,
  type ScriptedServer,
  startScriptedServer,
} from "../fixture/scripted-server.ts";

const HASH: Hex = `0x${"cd".repeat(32)}`;

function orderView(status: OrderStatus, cancelReason: CancelReason | null): OrderView {
  const order = {
    maker: `0x${"ab".repeat(20)}` as const,
    marketId: 1,
    outcome: 1 as const,
    side: 0 as const,
    price: 500,
    quantity: 100,
    timeInForce: 0 as const,
    maxFeeBps: 0,
    expiry: 0,
    nonce: "1",
  };
  const lots = { filledLots: 0, remainingLots: 100, createdAtMs: 1, updatedAtMs: 1 };
  return { hash: HASH, order, clientId: null, status, cancelReason, ...lots };
}

describe("cancelOrder", () => {
  let server: ScriptedServer;

  async function serve(deletes: Answer[], order: OrderView) {
    const left = [...deletes];
    server = await startScriptedServer(({ method }) =>
      method === "DELETE"
        ? (left.shift() ?? assert.fail("one DELETE too many"))
        : { status: 200, body: { order, fills: [] } },
    );
    return connect(server.url, { retry: { baseDelayMs: 1, maxDelayMs: 2 } });
  }

  afterEach(() => server.stop());

  it("tells that the order was gone before the first attempt", async () => {
    const client = await serve([problem(409, "order_not_open")], orderView("cancelled", "user"));
    await assert.rejects(client.cancelOrder(HASH), (error) => isAgonError(error, "order_not_open"));
  });

  it("tells that the order filled while the first attempt was lost", async () => {
    const client = await serve(
      ["broken connection", problem(409, "order_not_open")],
      orderView("filled", null),
    );
    await assert.rejects(client.cancelOrder(HASH), (error) => isAgonError(error, "order_not_open"));
  });

  it("tells the success of its own first attempt, whose reply was lost", async () => {
    const client = await serve(
      ["broken connection", problem(409, "order_not_open")],
      orderView("cancelled", "user"),
    );
    assert.equal((await client.cancelOrder(HASH)).status, "cancelled");
  });

  it("does not send a cancel of all orders twice", async () => {
    const client = await serve(["broken connection"], orderView("open", null));
    await assert.rejects(client.cancelOrders(), (error) => isAgonError(error, "network_failed"));
    assert.equal(server.seen.length, 1);
  });
});
