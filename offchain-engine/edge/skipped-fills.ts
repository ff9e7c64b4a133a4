import type { SkippedFillView } from "../../protocol/engine/view.ts";
import type { SnapshotReader } from "../core/snapshot-reader.ts";
import type { SnapshotWriter } from "../core/snapshot-writer.ts";

/** Fills that the chain refused, which should never be: how many there were, and the last one. */
export class SkippedFills {
  count = 0;
  last: SkippedFillView | null = null;

  note(skipped: SkippedFillView): void {
    this.count++;
    this.last = skipped;
  }

  save(out: SnapshotWriter): void {
    out.figure(this.count);
    out.text(JSON.stringify(this.last));
  }

  load(from: SnapshotReader): void {
    this.count = from.figure();
    this.last = JSON.parse(from.text());
  }
}
