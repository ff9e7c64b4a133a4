import type { CoreConfig } from "../../../offchain-engine/core/limits.ts";
import { SnapshotReader } from "../../../offchain-engine/core/snapshot-reader.ts";
import { SnapshotWriter } from "../../../offchain-engine/core/snapshot-writer.ts";
import { type Core, createCore } from "../../../offchain-engine/edge/core.ts";

/** The bytes that a core is taken down as. */
export function savedBytes(core: Core): Uint8Array {
  const out = new SnapshotWriter();
  core.save(out);
  return out.bytes.slice();
}

/** Another core, set up from such bytes. */
export function loadedCore(config: CoreConfig, bytes: Uint8Array): Core {
  return createCore(config, new SnapshotReader(bytes));
}
