import { assert } from "./assert.ts";
import type { SnapshotReader } from "./snapshot-reader.ts";
import type { SnapshotWriter } from "./snapshot-writer.ts";

/** A table that can be taken down and set up again. `load` comes before any command. */
export interface SavedTable {
  save(out: SnapshotWriter): void;
  load(from: SnapshotReader): void;
}

/**
 * How a field of a state is kept: by its own `save` and `load`, as a number, a truth value or a text
 * that may be null, as a map of plain values; or not at all, since it is empty between commands or
 * known otherwise.
 */
export type Kept = "table" | "figure" | "flag" | "text" | "map" | "apart";

/** How each field is kept: one that is forgotten does not compile. */
export type Parts<State> = Readonly<Record<keyof State, Kept>>;

/** Writes all fields in the order in which `parts` names them. */
export function saveParts<State extends object>(
  state: State,
  parts: Parts<State>,
  out: SnapshotWriter,
): void {
  const fields = state as Record<string, unknown>;
  for (const [name, kept] of Object.entries<Kept>(parts)) {
    const value = fields[name];
    if (kept === "table") (value as SavedTable).save(out);
    else if (kept === "figure") out.figure(value as number);
    else if (kept === "flag") out.figure(value === true ? 1 : 0);
    else if (kept === "text") out.text(JSON.stringify(value as string | null));
    else if (kept === "map") out.text(JSON.stringify([...(value as Map<unknown, unknown>)]));
  }
}

/** Sets all fields of a state before its first command to what `saveParts` wrote. */
export function loadParts<State extends object>(
  state: State,
  parts: Parts<State>,
  from: SnapshotReader,
): void {
  const fields = state as Record<string, unknown>;
  for (const [name, kept] of Object.entries<Kept>(parts)) {
    if (kept === "table") (fields[name] as SavedTable).load(from);
    else if (kept === "figure") fields[name] = from.figure();
    else if (kept === "flag") fields[name] = from.figure() === 1;
    else if (kept === "text") fields[name] = JSON.parse(from.text());
    else if (kept === "map") loadMap(fields[name] as Map<unknown, unknown>, from);
  }
}

function loadMap(map: Map<unknown, unknown>, from: SnapshotReader): void {
  assert(map.size === 0, "a state is loaded before its first command");
  for (const [key, value] of JSON.parse(from.text()) as [unknown, unknown][]) map.set(key, value);
}
