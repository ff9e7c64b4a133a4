import type { Address } from "viem";
import type { ErrorCode, Failure } from "../../../protocol/errors.ts";
import { checkOrderReplySchema, checkOrderRequestSchema } from "../../../protocol/wire/order.ts";
import { route } from "../../http/route.ts";
import { accountStanding } from "../../orders/account-standing.ts";
import { canonicalOrder, notAdmitted } from "../../orders/admit-order.ts";
import { explaining, signatureFacts } from "../../orders/explain-refusal.ts";
import { orderNeeds, ruleFailures } from "../../orders/order-rules.ts";
import type { SignatureFacts } from "../../orders/signature-facts.ts";
import { problemBody } from "../../problem.ts";

/** What a dry run sees of all that may refuse an order. */
const CHECKED = [
  "signature_invalid",
  "order_expired",
  "order_expiry_required",
  "order_expiry_unexpected",
  "price_out_of_range",
  "price_off_step",
  "quantity_out_of_range",
  "fee_cap_too_low",
  "market_unknown",
  "market_not_open",
  "insufficient_cash",
  "insufficient_shares",
] as const satisfies readonly ErrorCode[];

export const checkOrder = route({
  method: "post",
  path: "/v1/orders/check",
  operationId: "checkOrder",
  tag: "orders",
  summary: "Dry run: hashes, recovered signer, and what speaks against the order",
  description:
    "Nothing is placed. The signature may be left out to learn the hash. Where it is not the maker's or a delegate's, `signature_invalid` among the problems has `difference`: the one field of the order, of its type or of the domain that was signed otherwise, as far as usual slips show it. With the maker's own session the reply also says what is free and what is locked by which orders.",
  auth: "optional",
  scope: "read",
  idempotency: "none",
  body: checkOrderRequestSchema,
  replies: { 200: checkOrderReplySchema },
  errors: ["engine_unavailable", "engine_timeout", "engine_busy"],
  verdicts: CHECKED,
  async handle({ body, session, services, requestId }) {
    const order = canonicalOrder(body.order);
    const { verifier, mirror } = services;
    const verified = body.signature ? await verifier.verify(order, body.signature) : null;
    if (verified?.ok === false) throw notAdmitted(verified);
    const { orderHash, structHash } = verified ?? verifier.hashes(order);
    const { domainHash } = verifier;
    const recovered = verified?.signature ?? null;
    const recoveredSigner = recovered?.ok ? recovered.signer : null;
    const facts: SignatureFacts = {
      ...{ orderHash, structHash, domainHash },
      ...{ expectedSigner: order.maker, recoveredSigner },
    };
    const market = mirror.market(order.marketId)?.view ?? null;
    const failures: Failure[] = ruleFailures(order, market, Math.floor(Date.now() / 1000));
    const reading = explaining(services);
    const isOwn = session?.account === order.maker;
    const account = isOwn ? await services.engine.account(session.account) : null;
    const isSignedBy = async (signer: Address) =>
      signer === order.maker ||
      ((await reading.readAccount(order.maker))?.delegates.includes(signer) ?? false);
    const isSigned = recoveredSigner !== null && (await isSignedBy(recoveredSigner));
    if (recovered && body.signature && !isSigned) {
      const refused = { order, signature: body.signature, facts };
      const fault = recovered.ok ? {} : { fault: recovered.fault };
      const details = { ...fault, ...(await signatureFacts(refused, reading)) };
      failures.unshift({ ok: false, code: "signature_invalid", details });
    }
    const needs = orderNeeds(order, market);
    const held = account ? accountStanding(order, account) : null;
    if (held && BigInt(held.freeAmount) < BigInt(needs.amount)) {
      const code = needs.asset === "cash" ? "insufficient_cash" : "insufficient_shares";
      failures.push({ ok: false, code, details: { ...held, needed: needs.amount } });
    }
    return {
      status: 200,
      body: {
        valid: failures.length === 0 && isSigned,
        ...facts,
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
