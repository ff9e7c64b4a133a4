/** The keys of one exchange's bus. */
export interface BusKeys {
  /** Present while an engine serves. */
  alive: string;
  /** A stream of requests; each is deleted when an engine picks it up. */
  commands: string;
  /** A stream of published batches under the explicit ids `<id>-0`. */
  events: string;
  /** Counts how often the events were reset. */
  epoch: string;
  /** A stream of one client's replies. */
  replies(client: string): string;
}

/** `namespace` tells exchanges apart that share a server. The braces keep one exchange in one slot. */
export function busKeys(namespace: string): BusKeys {
  const key = (name: string) => `{${namespace}}:${name}`;
  return {
    alive: key("alive"),
    commands: key("commands"),
    events: key("events"),
    epoch: key("epoch"),
    replies: (client) => key(`replies:${client}`),
  };
}
