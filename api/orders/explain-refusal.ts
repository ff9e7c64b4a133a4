import type { Address, Hex } from "viem";
import type { OrderJson } from "../../protocol/engine/command.ts";
import type { AccountReply } from "../../protocol/engine/request.ts";
import type { Failure } from "../../protocol/errors.ts";
import type { Services } from "../services.ts";
import { accountStanding } from "./account-standing.ts";
import type { SignatureFacts } from "./signature-facts.ts";
import { priceFacts, quantityFacts } from "./step-facts.ts";

/** A refused order: with its maker in lower case, and its signature as it came. */
export interface RefusedOrder {
  order: OrderJson;
  signature: Hex;
  facts: SignatureFacts;
}

type Explaining = Pick<Services, "mirror" | "explainer"> & {
  /** The account, or null when it cannot be had: an explanation is not worth a failure. */
  readAccount(account: Address): Promise<AccountReply | null>;
};

const SIGNERS_MAX = 20;

/** Reads accounts for the explanations of one request: each once. */
export function explaining({ engine, mirror, explainer }: Services): Explaining {
  const reads = new Map<Address, Promise<AccountReply | null>>();
  return {
    mirror,
    explainer,
    readAccount(account) {
      const read = reads.get(account) ?? engine.account(account).catch(() => null);
      reads.set(account, read);
      return read;
    },
  };
}

/** What a client needs to see why its signature was not taken, and what it signed instead where that shows. */
export async function signatureFacts(
  { order, signature, facts }: RefusedOrder,
  { mirror, explainer, readAccount }: Explaining,
): Promise<Record<string, unknown>> {
  const account = await readAccount(order.maker);
  const signers = [order.maker, ...(account?.delegates ?? [])];
  const { orderHash, structHash } = facts;
  const takerFeeBps = mirror.market(order.marketId)?.view.takerFeeBps ?? null;
  const explanation = explainer.explain({
    ...{ order, signature, orderHash, structHash },
    ...{ signers, takerFeeBps },
  });
  return { ...facts, expectedSigners: signers.slice(0, SIGNERS_MAX), ...explanation };
}

async function shortageFacts(
  order: OrderJson,
  unit: "Micro" | "Lots",
  { readAccount }: Explaining,
): Promise<Record<string, unknown>> {
  const account = await readAccount(order.maker);
  if (account === null) return {};
  const { reservedAmount, pendingAmount, lockedBy, lockedByCount } = accountStanding(
    order,
    account,
  );
  return {
    [`reserved${unit}`]: reservedAmount,
    ...(pendingAmount === null ? {} : { [`pending${unit}`]: pendingAmount }),
    lockedBy,
    lockedByCount,
  };
}

async function factsOf(
  failure: Failure,
  refused: RefusedOrder,
  services: Explaining,
): Promise<Record<string, unknown>> {
  const { order } = refused;
  switch (failure.code) {
    case "signature_invalid":
      return signatureFacts(refused, services);
    case "insufficient_cash":
      return shortageFacts(order, "Micro", services);
    case "insufficient_shares":
      return shortageFacts(order, "Lots", services);
    case "price_out_of_range":
    case "price_off_step":
      return priceFacts(order, services.mirror.market(order.marketId)?.view ?? null);
    case "quantity_out_of_range":
      return quantityFacts(order);
    default:
      return {};
  }
}

/** The refusal with all that helps to mend it. */
export async function explainRefusal(
  failure: Failure,
  refused: RefusedOrder,
  services: Explaining,
): Promise<Failure> {
  const more = await factsOf(failure, refused, services);
  const { orderHash } = refused.facts;
  return { ...failure, details: { ...failure.details, orderHash, ...more } };
}
