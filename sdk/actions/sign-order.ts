import type { Address, Hex } from "viem";
import type { SelfTradePrevention } from "../../protocol/engine/command.ts";
import { needsExpiry, type Order, TimeInForce } from "../../protocol/order.ts";
import { exchangeDomain, hashOrder, ORDER_TYPES, orderMessage } from "../../protocol/order-hash.ts";
import { Outcome, Side } from "../../protocol/units.ts";
import type { PlaceOrderRequest } from "../../protocol/wire/order.ts";
import { AgonError } from "../agon-error.ts";
import { type PriceInput, type QuantityInput, toPriceTicks, toQuantityLots } from "../amounts.ts";
import { type Context, requireSigner } from "../context.ts";
import { getMarket } from "./get-market.ts";

export interface OrderParameters {
  /** The market's slug; `{ marketId, takerFeeBps }` of a market at hand saves a request. */
  market: string | { marketId: number; takerFeeBps: number };
  outcome: "YES" | "NO";
  side: "BUY" | "SELL";
  /** `"0.625"` collateral per share of `outcome`, or 625 ticks. The worst price that is accepted. */
  price: PriceInput;
  /** `"12.5"` shares, or 1250 lots. */
  quantity: QuantityInput;
  /** GTC by default. */
  timeInForce?: keyof typeof TimeInForce;
  /** Unix seconds; GTD and POST_ONLY_GTD need it. */
  expiry?: number;
  /** The highest taker fee that is accepted; the market's present one by default. */
  maxFeeBps?: number;
  /** The account traded for, when the signer is its delegate. */
  maker?: Address;
  /** The client's own id of the order, unique per account. */
  clientId?: string;
  selfTradePrevention?: SelfTradePrevention;
  /** Amends this order of the same maker: its nonce is signed again, so both never fill together. */
  replaces?: { hash: Hex; order: { nonce: string } };
}

/** An order signed and ready for `POST /v1/orders`, and its hash: its id everywhere. */
export interface SignedOrderRequest {
  hash: Hex;
  request: PlaceOrderRequest;
}

/** Signs an order. Nothing is sent but a look at the market when only its slug is given. */
export async function signOrder(
  context: Context,
  parameters: OrderParameters,
): Promise<SignedOrderRequest> {
  const signer = requireSigner(context);
  const { clientId, selfTradePrevention, replaces } = parameters;
  const order = await buildOrder(context, parameters, parameters.maker ?? signer.address);
  const { chainId, contracts } = context.exchange;
  const domain = exchangeDomain(chainId, contracts.exchange.address);
  const signature = await signer.signTypedData({
    domain,
    types: ORDER_TYPES,
    primaryType: "Order",
    message: orderMessage(order),
  });
  const request: PlaceOrderRequest = {
    order: { ...order, nonce: order.nonce.toString() },
    signature,
    ...(clientId === undefined ? {} : { clientId }),
    ...(selfTradePrevention === undefined ? {} : { selfTradePrevention }),
    ...(replaces === undefined ? {} : { replaces: replaces.hash }),
  };
  return { hash: hashOrder(domain, order), request };
}

async function buildOrder(
  context: Context,
  parameters: OrderParameters,
  maker: Address,
): Promise<Order> {
  const price = toPriceTicks(parameters.price);
  const quantity = toQuantityLots(parameters.quantity);
  const timeInForce = TimeInForce[parameters.timeInForce ?? "GTC"];
  const expiry = checkedExpiry(timeInForce, parameters.expiry ?? 0);
  const { market, replaces } = parameters;
  const { marketId, takerFeeBps } =
    typeof market === "string" ? await getMarket(context, market) : market;
  return {
    maker,
    marketId,
    outcome: Outcome[parameters.outcome],
    side: Side[parameters.side],
    price,
    quantity,
    timeInForce,
    maxFeeBps: parameters.maxFeeBps ?? takerFeeBps,
    expiry,
    nonce: replaces === undefined ? context.nonces.next() : BigInt(replaces.order.nonce),
  };
}

/** What the server would refuse is refused before the wallet is asked. */
function checkedExpiry(timeInForce: TimeInForce, expiry: number): number {
  const isNeeded = needsExpiry(timeInForce);
  if (isNeeded && expiry === 0) throw new AgonError("order_expiry_required");
  if (!isNeeded && expiry !== 0) throw new AgonError("order_expiry_unexpected");
  return expiry;
}
