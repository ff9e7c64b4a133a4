import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "mocha";
import { type RunningExchange, startExchange } from "../../scripts/start/exchange.ts";
import { silentProgress } from "../../scripts/start/progress.ts";

const dataDir = join(tmpdir(), "agon-end-to-end-");
let running: Promise<RunningExchange> | null = null;
const folders: string[] = [];

/** The real exchange on free ports: started by the first suite that asks, shared by all. */
export function sharedExchange(): Promise<RunningExchange> {
  running ??= start();
  return running;
}

function start(): Promise<RunningExchange> {
  const folder = mkdtempSync(dataDir);
  folders.push(folder);
  return startExchange({
    dataDir: folder,
    postgresPort: 0,
    chainPort: 0,
    apiPort: 0,
    indexerPort: 0,
    settle: true,
    logLevel: "info",
    progress: silentProgress,
  });
}

// Of the whole run: other files may still need the exchange when one suite is done.
after(async function stopSharedExchange() {
  this.timeout(60_000);
  const exchange = await running?.catch(() => null);
  await exchange?.stop();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
