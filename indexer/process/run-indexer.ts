import { setTimeout as delay } from "node:timers/promises";
import type { IndexerConfig } from "../config.ts";
import { readDeployment } from "../deployment.ts";
import { IndexerError } from "../start-error.ts";
import { isDevelopmentChain } from "./development-chain.ts";
import { type IndexDatabase, openIndexDatabase } from "./index-database.ts";
import { INDEXER_FOLDER, type PonderProcess, startPonder } from "./ponder-process.ts";
import { assertPortFree } from "./port-free.ts";
import { deploymentPrefix, schemaName } from "./schema-name.ts";
import { verifyChain } from "./verify-chain.ts";

const READY_POLL_MS = 100;

export interface RunningIndexer {
  schema: string;
  /** True once every block that the chain had at the start is readable; false when stopped before. */
  readonly ready: Promise<boolean>;
  /** Rejects with an IndexerError when Ponder dies or the database is lost; resolves after `stop`. */
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
  return supervise(startPonder(config, schema), database, schema, headBlock);
}

function supervise(
  ponder: PonderProcess,
  database: IndexDatabase,
  schema: string,
  headBlock: number,
): RunningIndexer {
  let stopping = false;
  const ended = Promise.race([
    ponder.exited.then((how) => {
      if (stopping) return;
      throw new IndexerError("ponder_died", `Ponder ended (${how}): ${ponder.lastComplaint()}`);
    }),
    database.lost.then(async () => {
      if (stopping) return;
      await ponder.stop();
      throw new IndexerError(
        "database_unreachable",
        "The database closed the indexer's connection.",
      );
    }),
  ]);
  const stop = async () => {
    stopping = true;
    await ponder.stop();
    await database.close();
  };
  const published = publish(database, schema, headBlock).catch((error: unknown) => {
    if (stopping) return false;
    throw error;
  });
  const ready = Promise.race([published, ended.then(() => false)]);
  return { schema, ready, ended, stop };
}

async function publish(
  database: IndexDatabase,
  schema: string,
  headBlock: number,
): Promise<boolean> {
  // A backfill takes as long as its chain is; the death of Ponder ends the waiting otherwise.
  while (((await database.indexedBlock(schema)) ?? -1) < headBlock) await delay(READY_POLL_MS);
  await database.dropSuperseded(schema);
  return true;
}
