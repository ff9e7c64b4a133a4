/** The SDK's whole surface. */

export { TimeInForce } from "../protocol/order.ts";
export { Outcome, Side } from "../protocol/units.ts";
export type { OrderParameters, SignedOrderRequest } from "./actions/sign-order.ts";
export { AgonError, type ClientErrorCode, isAgonError } from "./agon-error.ts";
export type { AmountInput, PriceInput, QuantityInput } from "./amounts.ts";
export type { MinedTransaction } from "./chain-access.ts";
export { type AgonClient, type ConnectOptions, connect } from "./client.ts";
export type { AgonSigner, EthersSignerLike, SignerInput } from "./signer.ts";
export type { AccountState } from "./streams/account-state.ts";
export type { LiveStream } from "./streams/live-stream.ts";
export type { LiveAccount } from "./streams/open-account.ts";
export type { BookState } from "./streams/open-book.ts";
