import type { OrderJson } from "../../../protocol/engine/command.ts";
import type { AccountReply } from "../../../protocol/engine/request.ts";
import type { Failure } from "../../../protocol/errors.ts";
import { Side } from "../../../protocol/units.ts";
import { checkOrderReplySchema, checkOrderRequestSchema } from "../../../protocol/wire/order.ts";
import { route } from "../../http/route.ts";
import { canonicalOrder, notAdmitted } from "../../orders/admit-order.ts";
import { orderNeeds, ruleFailures } from "../../orders/order-rules.ts";
import { problemBody } from "../../problem.ts";

/** Free and locked amounts of the asset that the order needs, and which orders hold it. */
function standing(order: OrderJson, account: AccountReply) {
  const holdsSame = (open: OrderJson) =>
    order.side === Side.BUY
      ? open.side === Side.BUY
      : open.side === Side.SELL &&
        open.marketId === order.marketId &&
        open.outcome === order.outcome;
  const lockedBy = account.openOrders
    .filter((open) => holdsSame(open.order))
    .map((open) => open.hash);
  if (order.side === Side.BUY) {
    const { availableMicro, lockedMicro } = account.balance;
    return { freeAmount: availableMicro, lockedAmount: lockedMicro, lockedBy };
  }
  const position = account.positions.find(({ marketId }) => marketId === order.marketId);
  const [free, locked] =
    order.outcome === 1
      ? [position?.yesAvailableLots, position?.yesLockedLots]
      : [position?.noAvailableLots, position?.noLockedLots];
  return { freeAmount: String(free ?? 0), lockedAmount: String(locked ?? 0), lockedBy };
}

export const checkOrder = route({
  method: "post",
  path: "/v1/orders/check",
  operationId: "checkOrder",
  tag: "orders",
  summary: "Dry run: hashes, recovered signer, and what speaks against the order",
  description:
    "Nothing is placed. The signature may be left out to learn the hash. With the maker's own session the reply also says what is free and what is locked by which orders.",
  auth: "optional",
  idempotency: "none",
  body: checkOrderRequestSchema,
  replies: { 200: checkOrderReplySchema },
  errors: ["engine_unavailable", "engine_timeout", "engine_busy"],
  async handle({ body, session, services, requestId }) {
    const order = canonicalOrder(body.order);
    const { verifier, mirror } = services;
    const verified = body.signature ? await verifier.verify(order, body.signature) : null;
    if (verified?.ok === false) throw notAdmitted(verified);
    const { orderHash, structHash } = verified ?? verifier.hashes(order);
    const recovered = verified?.signature ?? null;
    const market = mirror.market(order.marketId)?.view ?? null;
    const failures: Failure[] = ruleFailures(order, market, Math.floor(Date.now() / 1000));
    const isOwn = session?.account === order.maker;
    const account = isOwn ? await services.engine.account(session.account) : null;
    const signers = [order.maker, ...(account?.delegates ?? [])];
    const recoveredSigner = recovered?.ok ? recovered.signer : null;
    if (recovered && (recoveredSigner === null || !signers.includes(recoveredSigner))) {
      failures.unshift({
        ok: false,
        code: "signature_invalid",
        details: { recoveredSigner, ...(recovered.ok ? {} : { fault: recovered.fault }) },
      });
    }
    const needs = orderNeeds(order, market);
    const held = account ? standing(order, account) : null;
    if (held && BigInt(held.freeAmount) < BigInt(needs.amount)) {
      const code = needs.asset === "cash" ? "insufficient_cash" : "insufficient_shares";
      failures.push({ ok: false, code, details: { ...held, needed: needs.amount } });
    }
    return {
      status: 200,
      body: {
        valid: failures.length === 0 && recoveredSigner !== null,
        orderHash,
        structHash,
        domainHash: verifier.domainHash,
        recoveredSigner,
        expectedSigner: order.maker,
        problems: failures.map((one) => problemBody(one, requestId)),
        market: market && {
          slug: market.slug,
          status: market.status,
          priceStep: market.priceStep,
          takerFeeBps: market.takerFeeBps,
        },
        needs,
        account: held,
      },
    };
  },
});
