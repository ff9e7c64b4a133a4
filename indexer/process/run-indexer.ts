import { setTimeout as delay } from "node:timers/promises";
import { isDevelopmentChain } from "../../protocol/development-chain.ts";
import type { IndexerConfig } from "../config.ts";
import { readDeployment } from "../deployment.ts";
import { IndexerError } from "../start-error.ts";
import { databaseLost, type IndexDatabase, openIndexDatabase } from "./index-database.ts";
import { INDEXER_FOLDER, type PonderProcess, startPonder } from "./ponder-process.ts";
import { assertPortFree } from "./port-free.ts";
import { deploymentPrefix, schemaName } from "./schema-name.ts";
import { verifyChain } from "./verify-chain.ts";
import { watchProgress } from "./watch-progress.ts";

const READY_POLL_MS = 100;

export interface RunningIndexer {
  schema: string;
  /** True once every block that the chain had at the start is readable; false when stopped before. */
  readonly ready: Promise<boolean>;
  /** Rejects with an IndexerError when Ponder dies or stalls or the database is lost; resolves after `stop`. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Verifies chain, database and port, then runs Ponder on the schema of this deployment and code. */
export async function runIndexer(config: IndexerConfig): Promise<RunningIndexer> {
  const deployment = readDeployment(config.deploymentFile);
  const headBlock = await verifyChain(config.rpcUrl, deployment);
  await assertPortFree(config.host, config.port);
  const schema = schemaName(deployment, INDEXER_FOLDER);
  const database = await openIndexDatabase(config.databaseUrl);
  try {
    await database.dropOtherDeployments(deploymentPrefix(deployment));
    if (isDevelopmentChain(deployment.chainId)) await database.dropSyncCache();
    await database.grantReaders();
    await database.unlock(schema);
  } catch (error) {
    await database.close();
    throw error;
  }
  const ponder = startPonder(config, schema);
  const stopped = new AbortController();
  const watched = {
    rpcUrl: config.rpcUrl,
    deployment,
    indexedBlock: () => database.indexedBlock(schema),
    signal: stopped.signal,
  };
  const ended = untilEnd(ponder, database, stopped.signal);
  const ready = publish(database, schema, headBlock, ended).catch((error: unknown) => {
    if (stopped.signal.aborted) return false;
    throw error;
  });
  return {
    schema,
    ready,
    ended: Promise.race([
      ended,
      ready.then(async (isReady) => {
        if (isReady) await watchProgress(watched);
      }),
    ]),
    stop: async () => {
      stopped.abort();
      await ponder.stop();
      await database.close();
    },
  };
}

/** Rejects when Ponder died or the database was lost before `stopped`; resolves after it. */
async function untilEnd(
  ponder: PonderProcess,
  database: IndexDatabase,
  stopped: AbortSignal,
): Promise<void> {
  const how = await Promise.race([ponder.exited, database.lost.then(() => null)]);
  if (stopped.aborted) return;
  if (how !== null) {
    throw new IndexerError("ponder_died", `Ponder ended (${how}): ${ponder.lastComplaint()}`);
  }
  throw databaseLost();
}

/** True when all blocks up to `headBlock` are readable; false when the end came first. */
async function publish(
  database: IndexDatabase,
  schema: string,
  headBlock: number,
  ended: Promise<void>,
): Promise<boolean> {
  let isOver = false;
  const end = ended.finally(() => {
    isOver = true;
  });
  // A backfill takes as long as its chain is; only the end of Ponder ends the waiting before.
  const caughtUp = async () => {
    while (!isOver && ((await database.indexedBlock(schema)) ?? -1) < headBlock) {
      await delay(READY_POLL_MS);
    }
  };
  await Promise.race([caughtUp(), end]);
  if (isOver) return false;
  await database.dropSuperseded(schema);
  return true;
}
