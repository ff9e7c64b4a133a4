import { type PortfolioReply, portfolioReplySchema } from "../../protocol/wire/account.ts";
import type { Context } from "../context.ts";

/** The session account's cash and positions with their worth at the mark. */
export function getPortfolio(context: Context): Promise<PortfolioReply> {
  return context.http.request({
    method: "GET",
    path: "/v1/account/portfolio",
    reply: portfolioReplySchema,
  });
}
