/** The SDK's whole surface. */

export type {
  BalanceView,
  BookLevel,
  ExchangeView,
  FillView,
  MarketView,
  OrderView,
  PositionView,
} from "../protocol/engine/view.ts";
export type { ErrorCode } from "../protocol/errors.ts";
export { TimeInForce } from "../protocol/order.ts";
export {
  formatCollateral,
  formatPrice,
  formatShares,
  isBid,
  Outcome,
  parseCollateral,
  parsePrice,
  parseShares,
  Side,
  yesPriceTicks,
} from "../protocol/units.ts";
export type { ExchangeReply } from "../protocol/wire/exchange.ts";
export type { BookReply, CandlesReply, Market, TickerReply } from "../protocol/wire/market.ts";
export type { PlaceOrderReply, PlaceOrdersReply } from "../protocol/wire/order.ts";
export type { Health, HealthCheck } from "./actions/get-health.ts";
export type { OrderParameters, SignedOrderRequest } from "./actions/sign-order.ts";
export { AgonError, type ClientErrorCode, isAgonError } from "./agon-error.ts";
export type { AmountInput, PriceInput, QuantityInput } from "./amounts.ts";
export type { MinedTransaction } from "./chain-access.ts";
export { type AgonClient, type ConnectOptions, connect } from "./client.ts";
export { type AnnouncedWallet, discoverWallets } from "./discover-wallets.ts";
export type { AgonSigner, EthersSignerLike, SignerInput, SmartAccountLike } from "./signer.ts";
export type { AccountState } from "./streams/account-state.ts";
export type { LiveStream } from "./streams/live-stream.ts";
export type { LiveAccount } from "./streams/open-account.ts";
export type { BookState } from "./streams/open-book.ts";
export type { CandlesState } from "./streams/open-candles.ts";
