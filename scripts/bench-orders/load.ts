/** A client that posts bodies as fast as they are answered, each once. Its load comes by IPC. */
import { readFileSync } from "node:fs";
import autocannon, { type Client } from "autocannon";
import { quantile } from "../bench-journal/drive.ts";
import { answerCpuTime } from "./process-cpu.ts";

/** What to send, and what every answer has to be. */
export interface Load {
  url: string;
  path: string;
  /** A file of JSON bodies, one a line. */
  bodiesFile: string;
  connections: number;
  expectedStatus: number;
}

/** What came of it. */
export interface LoadResult {
  requestsPerSecond: number;
  /** Of one request under that load. */
  p50Ms: number;
  p99Ms: number;
  /** The first answer that was not as expected. */
  fault: string | null;
}

/** One connection's bodies, as autocannon wants them. */
function give(client: Client, bodies: readonly string[]): void {
  const headers = { "content-type": "application/json" };
  client.setRequests(bodies.map((body) => ({ method: "POST", headers, body })));
}

function run(load: Load): Promise<LoadResult> {
  const { url, path, connections, expectedStatus } = load;
  const bodies = readFileSync(load.bodiesFile, "utf8").trimEnd().split("\n");
  const share = Math.floor(bodies.length / connections);
  const latenciesMs: number[] = [];
  let fault: string | null = null;
  let next = 0;
  return new Promise((resolve, reject) => {
    const startMs = performance.now();
    function finish(error: unknown): void {
      if (error) {
        reject(error);
        return;
      }
      const seconds = (performance.now() - startMs) / 1_000;
      latenciesMs.sort((a, b) => a - b);
      const [p50Ms, p99Ms] = [quantile(latenciesMs, 0.5), quantile(latenciesMs, 0.99)];
      resolve({ requestsPerSecond: latenciesMs.length / seconds, p50Ms, p99Ms, fault });
    }
    const options = {
      url: `${url}${path}`,
      connections,
      amount: share * connections,
      timeout: 60,
      setupClient(client: Client) {
        give(client, bodies.slice(next * share, ++next * share));
      },
    };
    const instance = autocannon(options, finish);
    instance.on("response", (_client, status, _bytes, ms) => {
      latenciesMs.push(ms);
      if (status !== expectedStatus) fault ??= `status ${status}`;
    });
    instance.on("reqError", (error) => {
      fault ??= String(error);
    });
  });
}

answerCpuTime();
process.on("message", (message) => {
  if (typeof message !== "object" || message === null) return;
  void run(message as Load).then((result) => process.send?.(result));
});
