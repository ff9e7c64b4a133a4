import { createServer } from "node:net";
import { IndexerError } from "../start-error.ts";

/**
 * Ponder would silently take the next port when its own is taken.
 * @throws IndexerError `port_taken`.
 */
export function assertPortFree(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const sentence = `Port ${port} cannot be used (${cause.code}); choose another with INDEXER_PORT.`;
      reject(new IndexerError("port_taken", sentence, { cause }));
    });
    server.listen(port, host, () => server.close(() => resolve()));
  });
}
