import type { Probe } from "./probes.ts";

interface Share {
  hit: number;
  all: number;
}

/** Per file: lines that begin statements, and ways through branches. Returns what was not reached, as text. */
export function reportCoverage(probes: readonly Probe[], hits: ReadonlySet<number>) {
  const files = Map.groupBy(probes, ({ file }) => file);
  const total = { lines: { hit: 0, all: 0 }, branches: { hit: 0, all: 0 } };
  const missed: string[] = [];
  const rows: string[] = [];
  for (const [file, ofFile] of [...files].sort(([a], [b]) => a.localeCompare(b))) {
    const lines = Map.groupBy(
      ofFile.filter(({ kind }) => kind === "statement"),
      ({ line }) => line,
    );
    // A line is covered when all that begins on it ran.
    const missedLines = [...lines]
      .filter(([, begun]) => !begun.every(({ tag }) => hits.has(tag)))
      .map(([line]) => line);
    const branches = ofFile.filter(({ kind }) => kind === "branch");
    const missedBranches = branches.filter(({ tag }) => !hits.has(tag));
    const figures = {
      lines: { hit: lines.size - missedLines.length, all: lines.size },
      branches: { hit: branches.length - missedBranches.length, all: branches.length },
    };
    for (const kind of ["lines", "branches"] as const) {
      total[kind].hit += figures[kind].hit;
      total[kind].all += figures[kind].all;
    }
    rows.push(row(file, figures.lines, figures.branches));
    missed.push(...missedLines.map((line) => `${file}:${line} does not run`));
    missed.push(...missedBranches.map(({ line, what }) => `${file}:${line} never ${what}`));
  }
  const head = `${"".padEnd(44)}${"lines".padStart(20)}${"branches".padStart(20)}`;
  const table = [head, ...rows, row("all", total.lines, total.branches)].join("\n");
  return { table, missed, lines: percent(total.lines), branches: percent(total.branches) };
}

function row(name: string, lines: Share, branches: Share): string {
  return name.padEnd(44) + cell(lines).padStart(20) + cell(branches).padStart(20);
}

function cell(share: Share): string {
  if (share.all === 0) return "–";
  return `${share.hit}/${share.all} ${percent(share).toFixed(1)} %`;
}

function percent({ hit, all }: Share): number {
  return all === 0 ? 100 : (100 * hit) / all;
}
