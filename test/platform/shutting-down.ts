/** A process with parts to stop. STUCK: a part never stops. BUG: a rejection that nobody handles. */
import { createLog } from "../../platform/log.ts";
import { createShutdown } from "../../platform/shutdown.ts";

const log = createLog({ service: "stopping", level: "silent" });
const shutdown = createShutdown({ log, timeoutMs: 300 });
for (const name of ["first", "second", "third"]) {
  shutdown.onStop(name, async () => {
    process.stdout.write(`${name}\n`);
    if (process.env["FAILING"] === name) throw new Error("cannot stop");
    if (process.env["STUCK"] === name) await new Promise(() => {});
  });
}
// Keeps the process alive until it is told to stop.
setInterval(() => {}, 1_000);
process.stdout.write("ready\n");
if (process.env["BUG"]) void Promise.reject(new Error("nobody handles this"));
