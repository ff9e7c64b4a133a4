/**
 * A thread that writes the tables when it is told "write", and closes them, with the projector, when it is told
 * "close". Says "open" once it may be told; ends by itself with code 0 when all is over.
 */
import { once } from "node:events";
import { parentPort, workerData } from "node:worker_threads";
import { createProjectorMetrics } from "../../../offchain-engine/projection/metrics.ts";
import {
  DEFAULT_PROJECTOR_LIMITS,
  TableProjector,
} from "../../../offchain-engine/projection/projector.ts";
import { openTables } from "../../../offchain-engine/projection/tables.ts";
import { createLog } from "../../../platform/log.ts";
import { createMetrics } from "../../../platform/metrics.ts";
import { createPool } from "../../../platform/postgres/pool.ts";
import { systemTimers } from "../../../platform/timers.ts";

const port = parentPort as NonNullable<typeof parentPort>;
const { databaseUrl } = workerData as { databaseUrl: string };
const log = createLog({ service: "test", level: "silent" });
const pool = createPool({ databaseUrl, log, applicationName: "agon-closing-tables" });
const tables = await openTables({ pool, log });
const projector = new TableProjector({
  tables,
  limits: DEFAULT_PROJECTOR_LIMITS,
  metrics: createProjectorMetrics(createMetrics({ service: "test", processMetrics: false })),
  log,
  // Its patience at the end is a tenth: long over when the watch of the connection looks for the first time.
  timers: { ...systemTimers, after: (ms, callback) => systemTimers.after(ms / 10, callback) },
});

port.postMessage("open");
await once(port, "message");
projector.add(tables.seq + 1, { orders: [], fills: [], markets: [] });
const reached = projector.reached(tables.seq + 1).catch((error: Error) => error);
await once(port, "message");
await projector.close();
if (!((await reached) instanceof Error)) throw new Error("the rows were written");
await projector.failed;
await pool.end();
port.close();
