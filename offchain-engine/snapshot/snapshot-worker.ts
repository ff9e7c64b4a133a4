import { parentPort, workerData } from "node:worker_threads";
import { createLog } from "../../platform/log.ts";
import { createPool } from "../../platform/postgres/pool.ts";
import { type TakenState, writeSnapshot } from "./write-snapshot.ts";

/** Writes one snapshot, says its state hash, and ends. */
const { databaseUrl, taken } = workerData as { databaseUrl: string; taken: TakenState };
const log = createLog({ service: "engine", level: "error" });
const pool = createPool({
  databaseUrl,
  log,
  applicationName: "agon-engine-snapshot",
  maxConnections: 1,
});
const client = await pool.connect();
try {
  parentPort?.postMessage(await writeSnapshot(client, taken));
} finally {
  client.release();
  await pool.end();
}
