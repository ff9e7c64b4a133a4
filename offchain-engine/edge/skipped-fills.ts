import type { SkippedFillView } from "../../protocol/engine/view.ts";
import type { SnapshotReader } from "../core/snapshot-reader.ts";
import type { SnapshotWriter } from "../core/snapshot-writer.ts";

/** How many fills the chain refused, and the last one. */
export interface SkipCount {
  count: number;
  last: SkippedFillView | null;
}

/** Fills that the chain refused, which should never be; without those of blocks that it lost again. */
export class SkippedFills implements SkipCount {
  count = 0;
  last: SkippedFillView | null = null;

  note(skipped: SkippedFillView): void {
    this.count++;
    this.last = skipped;
  }

  /** As a plain value that later skips leave alone. */
  taken(): SkipCount {
    return { count: this.count, last: this.last };
  }

  /** The blocks since `taken()` are gone, and what they skipped with them. */
  goBack({ count, last }: SkipCount): void {
    this.count = count;
    this.last = last;
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
