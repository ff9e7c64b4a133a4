import { encodeFunctionData } from "viem";
import { exchangeAbi } from "../../../protocol/abi/exchange.ts";
import type { ReleaseCommand } from "../../../protocol/engine/command.ts";
import { MAX_ESCROW_MICRO } from "../../../protocol/units.ts";
import {
  type WithdrawalRequest,
  withdrawalReplySchema,
  withdrawalRequestSchema,
} from "../../../protocol/wire/account.ts";
import { route } from "../../http/route.ts";
import { ApiProblem } from "../../problem.ts";
import type { Services } from "../../services.ts";

const ASSET = { no: 0, yes: 1, cash: 2 } as const;
/** In a release of cash no market is meant. */
const NO_MARKET = 0;

function marketIdOf(body: WithdrawalRequest, services: Services): number {
  if (body.asset === "cash") {
    if (body.market === undefined) return NO_MARKET;
    const message = "is for shares only";
    throw new ApiProblem("validation_failed", {
      errors: [{ in: "body", pointer: "/market", message }],
    });
  }
  if (body.market === undefined) {
    const message = "is needed for shares";
    throw new ApiProblem("validation_failed", {
      errors: [{ in: "body", pointer: "/market", message }],
    });
  }
  return services.mirror.requireMarket(body.market).view.marketId;
}

export const requestWithdrawal = route({
  method: "post",
  path: "/v1/account/withdrawals",
  operationId: "requestWithdrawal",
  tag: "account",
  summary: "Fast exit: the operator's signature over a release of settled, free funds",
  description:
    "The funds are set aside before the signature is given. Send `transaction` as it is, from any account, before `release.deadline`; unused, the funds return after it. Without the operator there is the delayed way on chain: requestWithdrawal, then executeWithdrawal.",
  auth: "session",
  body: withdrawalRequestSchema,
  replies: { 201: withdrawalReplySchema },
  errors: [
    "amount_invalid",
    "market_unknown",
    "release_exceeds_settled",
    "release_unavailable",
    "engine_unavailable",
    "engine_timeout",
    "engine_busy",
  ],
  async handle({ body, session, services }) {
    const amount = BigInt(body.amount);
    if (amount === 0n || amount > MAX_ESCROW_MICRO) throw new ApiProblem("amount_invalid");
    const command: ReleaseCommand = {
      kind: "release",
      account: session.account,
      marketId: marketIdOf(body, services),
      asset: ASSET[body.asset],
      amount: amount.toString(),
      deadline: Math.floor(Date.now() / 1000) + services.config.RELEASE_LIFETIME_S,
    };
    const [verdict] = await services.engine.commands([command]);
    if (!verdict?.ok)
      throw new ApiProblem(verdict?.code ?? "internal", { details: verdict?.details });
    if (verdict.kind !== "release") throw new ApiProblem("internal");
    const release = {
      account: command.account,
      marketId: command.marketId,
      asset: command.asset,
      amount: command.amount,
      nonce: verdict.releaseNonce,
      deadline: verdict.deadline,
    };
    const data = encodeFunctionData({
      abi: exchangeAbi,
      functionName: "executeRelease",
      args: [
        {
          ...release,
          marketId: BigInt(release.marketId),
          amount,
          nonce: BigInt(release.nonce),
        },
        verdict.signature,
      ],
    });
    const { chainId, exchange } = services.deployment;
    return {
      status: 201,
      body: {
        release,
        signature: verdict.signature,
        transaction: { chainId, to: exchange, data, value: "0" as const },
      },
    };
  },
});
