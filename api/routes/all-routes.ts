import type { AnyRoute } from "../http/route.ts";
import { getBalance } from "./account/get-balance.ts";
import { getPortfolio } from "./account/get-portfolio.ts";
import { listFills } from "./account/list-fills.ts";
import { listPositions } from "./account/list-positions.ts";
import { listTransfers } from "./account/list-transfers.ts";
import { requestWithdrawal } from "./account/request-withdrawal.ts";
import { createApiKey } from "./auth/create-api-key.ts";
import { endSession } from "./auth/end-session.ts";
import { getNonce } from "./auth/get-nonce.ts";
import { getSession } from "./auth/get-session.ts";
import { listApiKeys } from "./auth/list-api-keys.ts";
import { listSessions } from "./auth/list-sessions.ts";
import { logIn } from "./auth/log-in.ts";
import { logOut } from "./auth/log-out.ts";
import { refreshSession } from "./auth/refresh-session.ts";
import { revokeApiKey } from "./auth/revoke-api-key.ts";
import { getAsyncApi } from "./docs/get-async-api.ts";
import { getDocs } from "./docs/get-docs.ts";
import { getOpenApi } from "./docs/get-openapi.ts";
import { getExchange } from "./exchange/get-exchange.ts";
import { holdTrading } from "./exchange/hold-trading.ts";
import { useFaucet } from "./faucet/use-faucet.ts";
import { createGroup } from "./groups/create-group.ts";
import { getGroup } from "./groups/get-group.ts";
import { listGroups } from "./groups/list-groups.ts";
import { resolveGroup } from "./groups/resolve-group.ts";
import { getCacheHealth } from "./health/get-cache-health.ts";
import { getChainHealth } from "./health/get-chain-health.ts";
import { getDatabaseHealth } from "./health/get-database-health.ts";
import { getDetailedHealth } from "./health/get-detailed-health.ts";
import { getHealth } from "./health/get-health.ts";
import { getMetrics } from "./health/get-metrics.ts";
import { getReady } from "./health/get-ready.ts";
import { getJournalLines } from "./journal/get-journal-lines.ts";
import { listJournal } from "./journal/list-journal.ts";
import { closeMarket } from "./markets/close-market.ts";
import { createMarket } from "./markets/create-market.ts";
import { getBook } from "./markets/get-book.ts";
import { getCandles } from "./markets/get-candles.ts";
import { getMarket } from "./markets/get-market.ts";
import { getTicker } from "./markets/get-ticker.ts";
import { listHolders } from "./markets/list-holders.ts";
import { listMarkets } from "./markets/list-markets.ts";
import { listTickers } from "./markets/list-tickers.ts";
import { listTrades } from "./markets/list-trades.ts";
import { resolveMarket } from "./markets/resolve-market.ts";
import { cancelListedOrders } from "./orders/cancel-listed-orders.ts";
import { cancelOrder } from "./orders/cancel-order.ts";
import { cancelOrders } from "./orders/cancel-orders.ts";
import { checkOrder } from "./orders/check-order.ts";
import { getOrder } from "./orders/get-order.ts";
import { getOrderByClientId } from "./orders/get-order-by-client-id.ts";
import { listOrders } from "./orders/list-orders.ts";
import { placeOrder } from "./orders/place-order.ts";
import { placeOrders } from "./orders/place-orders.ts";
import { sendHeartbeat } from "./orders/send-heartbeat.ts";
import { getLeaderboard } from "./users/get-leaderboard.ts";
import { getUserStats } from "./users/get-user-stats.ts";
import { listUserPositions } from "./users/list-user-positions.ts";
import { listUserTrades } from "./users/list-user-trades.ts";

/** Every endpoint, in the order in which they are documented. */
export const ALL_ROUTES: readonly AnyRoute[] = [
  getExchange,
  holdTrading,
  getNonce,
  logIn,
  logOut,
  refreshSession,
  getSession,
  listSessions,
  endSession,
  listApiKeys,
  createApiKey,
  revokeApiKey,
  listMarkets,
  getMarket,
  createMarket,
  closeMarket,
  resolveMarket,
  listGroups,
  getGroup,
  createGroup,
  resolveGroup,
  getBook,
  listTrades,
  getCandles,
  getTicker,
  listTickers,
  listHolders,
  placeOrder,
  placeOrders,
  checkOrder,
  listOrders,
  getOrderByClientId,
  getOrder,
  cancelOrder,
  cancelOrders,
  cancelListedOrders,
  sendHeartbeat,
  getBalance,
  listPositions,
  getPortfolio,
  listFills,
  listTransfers,
  requestWithdrawal,
  listUserPositions,
  listUserTrades,
  getUserStats,
  getLeaderboard,
  listJournal,
  getJournalLines,
  useFaucet,
  getHealth,
  getDatabaseHealth,
  getCacheHealth,
  getChainHealth,
  getDetailedHealth,
  getReady,
  getMetrics,
  getAsyncApi,
  getOpenApi,
  getDocs,
];
