import { addDelegate } from "./actions/add-delegate.ts";
import { cancelExport } from "./actions/cancel-export.ts";
import { cancelListedOrders } from "./actions/cancel-listed-orders.ts";
import { cancelOrder } from "./actions/cancel-order.ts";
import { cancelOrders } from "./actions/cancel-orders.ts";
import { cancelWithdrawal } from "./actions/cancel-withdrawal.ts";
import { checkOrder } from "./actions/check-order.ts";
import { closeMarket } from "./actions/close-market.ts";
import { convertNo } from "./actions/convert-no.ts";
import { convertYes } from "./actions/convert-yes.ts";
import { createApiKey } from "./actions/create-api-key.ts";
import { createGroup } from "./actions/create-group.ts";
import { createMarket } from "./actions/create-market.ts";
import { deposit } from "./actions/deposit.ts";
import { depositWithPermit } from "./actions/deposit-with-permit.ts";
import { endSession } from "./actions/end-session.ts";
import { executeExport } from "./actions/execute-export.ts";
import { executeRelease } from "./actions/execute-release.ts";
import { executeWithdrawal } from "./actions/execute-withdrawal.ts";
import { exportShares } from "./actions/export-shares.ts";
import { finalizeCancel } from "./actions/finalize-cancel.ts";
import { getBalance } from "./actions/get-balance.ts";
import { getBook } from "./actions/get-book.ts";
import { getCandles } from "./actions/get-candles.ts";
import { getEscrow } from "./actions/get-escrow.ts";
import { getExchange } from "./actions/get-exchange.ts";
import { getGroup } from "./actions/get-group.ts";
import { getHealth, type Health, type HealthCheck } from "./actions/get-health.ts";
import { getLeaderboard } from "./actions/get-leaderboard.ts";
import { getMarket } from "./actions/get-market.ts";
import { getOrder } from "./actions/get-order.ts";
import { getOrderByClientId } from "./actions/get-order-by-client-id.ts";
import { getPortfolio } from "./actions/get-portfolio.ts";
import { getPositions } from "./actions/get-positions.ts";
import { getSession } from "./actions/get-session.ts";
import { getTicker } from "./actions/get-ticker.ts";
import { getUserPositions } from "./actions/get-user-positions.ts";
import { getUserStats } from "./actions/get-user-stats.ts";
import { holdTrading } from "./actions/hold-trading.ts";
import { importShares } from "./actions/import-shares.ts";
import { listApiKeys } from "./actions/list-api-keys.ts";
import { listFills } from "./actions/list-fills.ts";
import { listGroups } from "./actions/list-groups.ts";
import { listHolders } from "./actions/list-holders.ts";
import { listJournal } from "./actions/list-journal.ts";
import { listMarkets } from "./actions/list-markets.ts";
import { listOrders } from "./actions/list-orders.ts";
import { listSessions } from "./actions/list-sessions.ts";
import { listTickers } from "./actions/list-tickers.ts";
import { listTrades } from "./actions/list-trades.ts";
import { listTransfers } from "./actions/list-transfers.ts";
import { listUserTrades } from "./actions/list-user-trades.ts";
import { mergeTokens } from "./actions/merge-tokens.ts";
import { placeOrder } from "./actions/place-order.ts";
import { placeOrders } from "./actions/place-orders.ts";
import { raiseCancelFloor } from "./actions/raise-cancel-floor.ts";
import { redeem } from "./actions/redeem.ts";
import { redeemTokens } from "./actions/redeem-tokens.ts";
import { refreshSession } from "./actions/refresh-session.ts";
import { removeDelegate } from "./actions/remove-delegate.ts";
import { requestCancel } from "./actions/request-cancel.ts";
import { requestExport } from "./actions/request-export.ts";
import { requestFaucet } from "./actions/request-faucet.ts";
import { requestRelease } from "./actions/request-release.ts";
import { requestWithdrawal } from "./actions/request-withdrawal.ts";
import { resolveGroup } from "./actions/resolve-group.ts";
import { resolveMarket } from "./actions/resolve-market.ts";
import { revokeApiKey } from "./actions/revoke-api-key.ts";
import { sendHeartbeat } from "./actions/send-heartbeat.ts";
import { signIn } from "./actions/sign-in.ts";
import { signOrder } from "./actions/sign-order.ts";
import { signOut } from "./actions/sign-out.ts";
import { split } from "./actions/split.ts";
import { voidMarket } from "./actions/void-market.ts";
import { withdraw } from "./actions/withdraw.ts";
import type { Context } from "./context.ts";
import {
  fills,
  groups,
  holders,
  journal,
  markets,
  orders,
  tickers,
  trades,
  transfers,
  userTrades,
} from "./histories.ts";
import { openAccount } from "./streams/open-account.ts";
import { openBook } from "./streams/open-book.ts";
import { openCandles } from "./streams/open-candles.ts";
import { openExchange } from "./streams/open-exchange.ts";
import { openMarkets } from "./streams/open-markets.ts";
import { openTicker } from "./streams/open-ticker.ts";
import { openTrades } from "./streams/open-trades.ts";

/** All that a client can do; each is a function of the context, in a file of its name. */
const actions = {
  // the exchange
  getExchange,
  holdTrading,
  getHealth,
  listJournal,
  // sign-in
  signIn,
  signOut,
  getSession,
  refreshSession,
  listSessions,
  endSession,
  createApiKey,
  listApiKeys,
  revokeApiKey,
  // markets
  listMarkets,
  getMarket,
  createMarket,
  closeMarket,
  resolveMarket,
  voidMarket,
  listGroups,
  getGroup,
  createGroup,
  resolveGroup,
  getBook,
  getTicker,
  listTickers,
  getCandles,
  listTrades,
  listHolders,
  // orders
  signOrder,
  placeOrder,
  placeOrders,
  checkOrder,
  listOrders,
  getOrder,
  getOrderByClientId,
  cancelOrder,
  cancelOrders,
  cancelListedOrders,
  sendHeartbeat,
  // the own account
  getBalance,
  getPositions,
  getPortfolio,
  listFills,
  listTransfers,
  // anyone's account
  getUserPositions,
  getUserStats,
  listUserTrades,
  getLeaderboard,
  // into escrow and out of it
  requestFaucet,
  deposit,
  depositWithPermit,
  withdraw,
  exportShares,
  requestRelease,
  executeRelease,
  requestWithdrawal,
  cancelWithdrawal,
  executeWithdrawal,
  requestExport,
  cancelExport,
  executeExport,
  importShares,
  split,
  mergeTokens,
  convertNo,
  convertYes,
  redeem,
  redeemTokens,
  getEscrow,
  // orders and keys, on chain
  requestCancel,
  finalizeCancel,
  raiseCancelFloor,
  addDelegate,
  removeDelegate,
  // lists to their end
  markets,
  groups,
  trades,
  tickers,
  holders,
  orders,
  fills,
  transfers,
  userTrades,
  journal,
  // streams
  openBook,
  openTrades,
  openTicker,
  openCandles,
  openMarkets,
  openExchange,
  openAccount,
};

type Bound<Action> = Action extends (context: Context, ...rest: infer Rest) => infer Result
  ? (...rest: Rest) => Result
  : never;

/** The actions without their first parameter. */
export type Actions = {
  [Name in Exclude<keyof typeof actions, "getHealth">]: Bound<(typeof actions)[Name]>;
} & {
  /** See `actions/get-health.ts`: a generic one, which the mapping above would blur. */
  getHealth<Check extends HealthCheck = "service">(check?: Check): Promise<Health<Check>>;
};

/** Every action, bound to `context`. */
export function bindActions(context: Context): Actions {
  const bound = Object.entries(actions).map(([name, action]) => [
    name,
    (action as (context: Context, ...rest: unknown[]) => unknown).bind(null, context),
  ]);
  return Object.fromEntries(bound) as Actions;
}
