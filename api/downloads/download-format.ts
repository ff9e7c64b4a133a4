import type Koa from "koa";

/** The forms in which a list leaves: pages of JSON, or all of it in a file. */
export type DownloadFormat = "csv" | "jsonl";

export const DOWNLOAD_TYPES: Record<DownloadFormat, string> = {
  csv: "text/csv",
  jsonl: "application/x-ndjson",
};

/** What `format` asks for, or else the Accept header; null for the usual pages of JSON. */
export function downloadFormat(
  ctx: Koa.Context,
  format: "json" | DownloadFormat | undefined,
): DownloadFormat | null {
  if (format !== undefined) return format === "json" ? null : format;
  const accepted = ctx.accepts("application/json", DOWNLOAD_TYPES.csv, DOWNLOAD_TYPES.jsonl);
  if (accepted === DOWNLOAD_TYPES.csv) return "csv";
  return accepted === DOWNLOAD_TYPES.jsonl ? "jsonl" : null;
}
