import type { PoolClient } from "../../platform/postgres/pool.ts";
import { StartError } from "../../platform/start-error.ts";
import type { Deployment } from "../../protocol/deployment.ts";
import { JOURNAL_FORMAT } from "../../protocol/journal/genesis-hash.ts";

interface MetaRow {
  chain_id: bigint;
  exchange: string;
  deploy_block_hash: string;
  journal_format: number;
  core_limits: string;
}

/**
 * Claims an empty journal for this deployment, or checks that the journal belongs to it.
 * @returns The core's limits as the journal was begun with: it replays alike only under them.
 * @throws StartError `deployment_mismatch`.
 */
export async function identifyJournal<Limits>(
  client: PoolClient,
  deployment: Deployment,
  limits: Limits,
): Promise<Limits> {
  await client.query(
    `INSERT INTO engine.meta
       (chain_id, exchange, deploy_block, deploy_block_hash, journal_format, core_limits)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING`,
    [
      deployment.chainId,
      deployment.exchange.toLowerCase(),
      deployment.deployBlock,
      deployment.deployBlockHash.toLowerCase(),
      JOURNAL_FORMAT,
      JSON.stringify(limits),
    ],
  );
  const { rows } = await client.query<MetaRow>("SELECT * FROM engine.meta");
  const meta = rows[0] as MetaRow;
  checkIdentity(meta, deployment);
  return JSON.parse(meta.core_limits);
}

function checkIdentity(meta: MetaRow, deployment: Deployment): void {
  const matches =
    Number(meta.chain_id) === deployment.chainId &&
    meta.exchange === deployment.exchange.toLowerCase() &&
    meta.deploy_block_hash === deployment.deployBlockHash.toLowerCase() &&
    meta.journal_format === JOURNAL_FORMAT;
  if (matches) return;
  throw new StartError(
    "deployment_mismatch",
    `The database's journal belongs to exchange ${meta.exchange} on chain ${meta.chain_id} ` +
      `(deployed in block ${meta.deploy_block_hash}), not to ${deployment.exchange} on chain ` +
      `${deployment.chainId}; use its own database, or an empty one.`,
  );
}
