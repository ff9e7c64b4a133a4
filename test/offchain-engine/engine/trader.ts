import assert from "node:assert/strict";
import type { PrivateKeyAccount } from "viem/accounts";
import type { BusClient } from "../../../platform/bus/bus.ts";
import type { Deployment } from "../../../protocol/deployment.ts";
import type { PlaceCommand } from "../../../protocol/engine/command.ts";
import type {
  CommandsReply,
  EngineReply,
  EngineRequest,
  StatusReply,
  UserCommand,
  Verdict,
} from "../../../protocol/engine/request.ts";
import type { Order } from "../../../protocol/order.ts";
import {
  exchangeDomain,
  hashOrder,
  ORDER_TYPES,
  orderMessage,
} from "../../../protocol/order-hash.ts";

/** The order as a wallet signs it and the api hands it to the engine. */
export async function signedPlace(
  deployment: Deployment,
  trader: PrivateKeyAccount,
  terms: Pick<Order, "outcome" | "side" | "price" | "quantity" | "nonce"> &
    Partial<Pick<Order, "timeInForce">>,
): Promise<PlaceCommand> {
  const domain = exchangeDomain(deployment.chainId, deployment.exchange);
  const order: Order = {
    maker: trader.address,
    marketId: 1,
    timeInForce: 0,
    maxFeeBps: 100,
    expiry: 0,
    ...terms,
  };
  const signature = await trader.signTypedData({
    domain,
    types: ORDER_TYPES,
    primaryType: "Order",
    message: orderMessage(order),
  });
  return {
    kind: "place",
    hash: hashOrder(domain, order),
    order: { ...order, nonce: order.nonce.toString() },
    signature,
    signer: trader.address,
    selfTradePrevention: "cancel_resting",
  };
}

/** Asks the engine over the bus; asserts that it answered. */
export async function ask<Reply extends EngineReply>(
  bus: BusClient,
  request: EngineRequest,
): Promise<Reply> {
  const result = await bus.request(request, { timeoutMs: 10_000 });
  assert.ok(result.ok, JSON.stringify(result));
  return result.reply as Reply;
}

export async function send(bus: BusClient, command: UserCommand): Promise<Verdict> {
  const reply = await ask<CommandsReply>(bus, { type: "commands", commands: [command] });
  const [verdict] = reply.verdicts;
  assert.ok(verdict);
  return verdict;
}

export function statusOf(bus: BusClient): Promise<StatusReply> {
  return ask<StatusReply>(bus, { type: "status", withStateHash: true });
}
