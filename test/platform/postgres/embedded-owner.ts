/** A process that starts a server in DATA_DIR on PORT, says its url, and waits to be killed. */
import { createLog } from "../../../platform/log.ts";
import { startEmbeddedPostgres } from "../../../platform/postgres/embedded.ts";

const server = await startEmbeddedPostgres({
  dataDir: process.env["DATA_DIR"] ?? "",
  port: Number(process.env["PORT"] ?? "0"),
  log: createLog({ service: "owner", level: "silent" }),
});
process.stdout.write(`${server.databaseUrl}\n`);
setInterval(() => {}, 1_000);
