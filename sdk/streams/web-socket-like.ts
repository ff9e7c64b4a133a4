/** The part of a WebSocket that is used here: the browser's, Node's own and `ws`'s have it. */
export interface WebSocketLike {
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "open" | "error" | "close", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
}

/** What opens one; `globalThis.WebSocket` where there is one. */
export type WebSocketConstructor = new (url: string) => WebSocketLike;
