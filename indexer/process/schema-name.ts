import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Deployment } from "../../protocol/deployment.ts";

/** The schema of stable names: what readers query. */
export const VIEWS_SCHEMA = "chain";
/** Ponder's own cache of what it fetched from a chain. */
export const SYNC_SCHEMA = "ponder_sync";

const FINGERPRINT_CHARS = 8;
const SOURCES = ["accounting/**/*.ts", "schema/**/*.ts", "src/**/*.ts", "ponder.*.ts"];

/** The common start of the schemas of one deployment: `chain_` and 8 digits of its genesis. */
export function deploymentPrefix(deployment: Deployment): string {
  return `chain_${deployment.deployBlockHash.slice(2, 10).toLowerCase()}`;
}

/**
 * The schema that Ponder writes: one for each deployment and each version of the indexing code, so
 * that neither a chain that started anew nor a changed handler ever continues upon another's rows.
 */
export function schemaName(deployment: Deployment, indexerFolder: string): string {
  const hash = createHash("sha256").update(JSON.stringify(deployment));
  for (const file of globSync(SOURCES, { cwd: indexerFolder }).sort()) {
    hash.update(file).update(readFileSync(join(indexerFolder, file)));
  }
  return `${deploymentPrefix(deployment)}_${hash.digest("hex").slice(0, FINGERPRINT_CHARS)}`;
}
