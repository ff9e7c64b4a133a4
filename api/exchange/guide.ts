/** How to get in, trade and get out with nothing but HTTP, a wallet and this document. */
export const GUIDE = [
  {
    step: "sign in",
    how: "GET /v1/auth/nonce. Build an EIP-4361 message from `siwe`: domain, uri, version, chainId, statement, that nonce, your checksummed address, issuedAt now. Sign it (personal_sign) and POST {message, signature} to /v1/auth/login. Send the reply's token as `Authorization: Bearer <token>`. Reads of the account and cancels need it; placing orders does not.",
  },
  {
    step: "get funds (development chains)",
    how: 'POST /v1/faucet {"address": "0x…"}: collateral and a little ether for gas arrive in the wallet.',
  },
  {
    step: "deposit",
    how: "Either collateral.approve(exchange, amountMicro) then exchange.deposit(account, amountMicro); or sign the EIP-2612 permit of `contracts.collateral` (owner you, spender the exchange, value amountMicro, nonce from collateral.nonces(owner)) and call exchange.depositWithPermit(account, amountMicro, deadline, v, r, s). Once the block is in, GET /v1/account/balance shows it.",
  },
  {
    step: "trade",
    how: "Sign an `Order` (EIP-712, `eip712.domain` and `eip712.types`) and POST /v1/orders {order, signature}; in JSON all fields are numbers but `nonce`, a decimal string, and `maker`. price in ticks (0.001), quantity in lots (0.01 share); outcome, side and timeInForce by `enums`. maxFeeBps at least the market's takerFeeBps. Choose a random 40-bit number once and use nonce = it × 2^24 + 0, 1, 2, …; a nonce is good for one order. POST /v1/orders/check explains a refusal.",
  },
  {
    step: "amend",
    how: "Sign an order of the same nonce, market, outcome and side, and POST it with `replaces`: the hash of the one that rests. Its quantity counts from the first fill on, so it must be above what is filled. The former order ends as `replaced`; only a smaller quantity, with all else the same, keeps its place in the queue.",
  },
  {
    step: "let another key sign",
    how: "exchange.addDelegate(delegate): from the block on, that key may sign orders whose `maker` is you; it can never withdraw. exchange.removeDelegate(delegate) ends it exitDelaySeconds later.",
  },
  {
    step: "follow",
    how: 'Open the websocket, send {"op":"auth","token":"…"}, then {"op":"subscribe","stream":"account"} or "book:<slug>". A snapshot comes first, then frames with seq and prev. After a break: {"op":"resume","stream":"…","after":<last seq>}.',
  },
  {
    step: "cancel",
    how: "DELETE /v1/orders/<hash>, or DELETE /v1/orders?market=<slug>, with the session. On chain and without us: exchange.raiseCancelFloor or requestCancel.",
  },
  {
    step: "withdraw fast",
    how: 'POST /v1/account/withdrawals {"asset":"cash","amount":"<micro>"} and send the reply\'s `transaction` as it is. For shares: {"asset":"yes"|"no","market":"<slug>","amount":"<lots>"}; they arrive as ERC-1155.',
  },
  {
    step: "withdraw without the operator",
    how: "exchange.requestWithdrawal(amountMicro), wait exitDelaySeconds, exchange.executeWithdrawal(account). For shares: requestExport, executeExport.",
  },
  {
    step: "shares in and out",
    how: "ERC-1155 ids are at `contracts.outcomeTokens.tokenId`. exchange.importShares(marketId, outcome, lots) burns tokens of your wallet and credits the shares in escrow, where they trade; it needs no setApprovalForAll, as only the owner's own call burns. exchange.split(marketId, lots) takes 10000 micro a lot from the wallet (approve the exchange first) and credits as many YES and NO in escrow, while the market is open. exchange.mergeTokens(marketId, lots) burns equal numbers of YES and NO tokens of the wallet and pays 10000 micro a lot to it, until the market is resolved.",
  },
  {
    step: "resolve a price-feed market",
    how: "Anyone may: past the close and settlementGraceSeconds, priceFeedResolver.resolve(marketId, roundId) with the feed's first round at or after the close, found by `contracts.priceFeedAbi`; conditionOf(marketId) tells the feed and what decides. Past a market's resolveDeadline, exchange.voidMarket(marketId) ends it at par.",
  },
  {
    step: "resolve a market by answers",
    how: "`contracts.optimisticResolver`: termsOf(marketId) tells bond, challenge window and arbiter of a market. Past the close and settlementGraceSeconds, approve the resolver for the bond and call propose(marketId, [payoutYes], evidenceHash), thousandths to YES; for a group its id and one payout for each member, 1000 in sum. Until challengeEndsAt, answerOf(marketId) may be challenged by challenge(marketId, evidenceHash) with an equal bond: then the arbiter rules, and whoever was right takes both. Unchallenged, anyone calls finalize(marketId). Bonds come back by withdrawCredit(to).",
  },
  {
    step: "redeem",
    how: "After a market is resolved: exchange.redeem(account, marketId) turns escrowed shares into escrowed cash; ERC-1155 tokens: exchange.redeemTokens(marketId).",
  },
];
