export const WS_CLOSE_SERVER_STOPS = 1001;
export const WS_CLOSE_TOO_MANY_MESSAGES = 1008;
export const WS_CLOSE_MESSAGE_TOO_LARGE = 1009;
export const WS_CLOSE_SLOW_CONSUMER = 4408;
export const WS_CLOSE_TOO_MANY_CONNECTIONS = 4429;

/** Why the server closes a websocket, by code, with the mend; limits are those of GET /v1/exchange. */
export const WS_CLOSE_CODES: Readonly<Record<number, string>> = {
  [WS_CLOSE_SERVER_STOPS]: "The server stops: reconnect and resume.",
  [WS_CLOSE_TOO_MANY_MESSAGES]:
    "Messages went on after `rate_limited`, time and again: wait, reconnect and resume.",
  [WS_CLOSE_MESSAGE_TOO_LARGE]: "A message was above limits.wsMessageBytes.",
  [WS_CLOSE_SLOW_CONSUMER]: "Too much was left unread: reconnect and resume.",
  [WS_CLOSE_TOO_MANY_CONNECTIONS]: "The address has limits.wsConnectionsPerAddress already.",
};
