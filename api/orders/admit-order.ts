import type { Address, Hex } from "viem";
import type { z } from "zod";
import type { OrderJson, PlaceCommand } from "../../protocol/engine/command.ts";
import type { Verdict } from "../../protocol/engine/request.ts";
import type { Failure } from "../../protocol/errors.ts";
import type { placeOrderRequestSchema } from "../../protocol/wire/order.ts";
import { ApiProblem } from "../problem.ts";
import type { Services } from "../services.ts";
import type { Session } from "../sign-in/session-store.ts";
import { explaining, explainRefusal } from "./explain-refusal.ts";
import type { SignatureFacts } from "./signature-facts.ts";

export type PlaceBody = z.output<typeof placeOrderRequestSchema>;

export interface AdmittedOrder {
  ok: true;
  command: PlaceCommand;
  facts: SignatureFacts;
}

/** The one spelling of an address that everything inside uses. */
export function lowerCase(address: Address): Address {
  return address.toLowerCase() as Address;
}

/** The order with its maker in the one spelling that everything inside uses. */
export function canonicalOrder(order: OrderJson): OrderJson {
  return { ...order, maker: lowerCase(order.maker) };
}

/** A session that acts for another maker must be that maker's delegate. */
export async function sessionMayPlace(
  session: Session | null,
  maker: Address,
  services: Services,
): Promise<boolean> {
  if (session === null || session.account === lowerCase(maker)) return true;
  const { delegates } = await services.engine.account(lowerCase(maker));
  return delegates.includes(session.account);
}

/** Hashes the order and recovers its signer: the command for the engine, or why there is none. */
export async function admitOrder(
  body: PlaceBody,
  services: Services,
): Promise<AdmittedOrder | Failure> {
  const { verifier, metrics } = services;
  const endTimer = metrics.recoverSeconds.startTimer();
  const order = canonicalOrder(body.order);
  const verified = await verifier.verify(order, body.signature);
  endTimer();
  if (!verified.ok) return verified;
  const { orderHash, structHash, signature: recovered } = verified;
  const facts: SignatureFacts = {
    orderHash,
    structHash,
    domainHash: verifier.domainHash,
    expectedSigner: order.maker,
    recoveredSigner: recovered.ok ? recovered.signer : null,
  };
  if (!recovered.ok) {
    const refusal: Failure = {
      ok: false,
      code: "signature_invalid",
      details: { fault: recovered.fault },
    };
    return explainRefusal(
      refusal,
      { order, signature: body.signature, facts },
      explaining(services),
    );
  }
  const command: PlaceCommand = {
    kind: "place",
    hash: orderHash,
    order,
    signature: recovered.signature,
    signer: recovered.signer,
    selfTradePrevention: body.selfTradePrevention,
    ...(body.clientId === undefined ? {} : { clientId: body.clientId }),
    ...(body.replaces === undefined ? {} : { replaces: body.replaces.toLowerCase() as Hex }),
  };
  return { ok: true, command, facts };
}

const BUSY_RETRY_SECONDS = 1;

/** The refusal of a request whose one order was not admitted. */
export function notAdmitted({ code, details = {} }: Failure): ApiProblem {
  const isBusy = code === "engine_busy";
  return new ApiProblem(code, {
    details,
    ...(isBusy ? { retryAfterSeconds: BUSY_RETRY_SECONDS } : {}),
  });
}

export type PlaceVerdict = Extract<Verdict, { ok: true; kind: "place" }> | Failure;

/** The engine's verdicts on admitted orders, refusals with what helps to mend them. */
export function explainVerdicts(
  admitted: readonly AdmittedOrder[],
  verdicts: readonly Verdict[],
  services: Services,
): Promise<PlaceVerdict[]> {
  const shared = explaining(services);
  return Promise.all(
    admitted.map(async ({ command, facts }, i): Promise<PlaceVerdict> => {
      const verdict = verdicts[i];
      if (!verdict || (verdict.ok && verdict.kind !== "place"))
        return { ok: false, code: "internal" };
      if (verdict.ok) return verdict;
      const { order, signature } = command;
      return explainRefusal(verdict, { order, signature, facts }, shared);
    }),
  );
}

/** Counts a verdict under a bounded label. */
export function countVerdict(verdict: PlaceVerdict, services: Services): void {
  const label = verdict.ok ? (verdict.repeated ? "repeated" : "accepted") : verdict.code;
  services.metrics.orders.inc({ verdict: label });
}
