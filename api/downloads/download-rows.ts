import { stringify } from "csv-stringify/sync";
import type { DownloadFormat } from "./download-format.ts";

/** A value as it stands in a file: flat, and null where there is none. */
export type DownloadRow = Readonly<Record<string, string | number | boolean | null>>;

/** CRLF as RFC 4180 has it; cells that a spreadsheet would run as a formula begin with an apostrophe. */
const CSV = { record_delimiter: "windows", escape_formulas: true } as const;

/** The line before the first row; empty for JSON lines. */
export function headLine(format: DownloadFormat, columns: readonly string[]): string {
  return format === "csv" ? stringify([[...columns]], CSV) : "";
}

/** One page of rows as text of the file. */
export function rowLines(
  format: DownloadFormat,
  columns: readonly string[],
  rows: readonly DownloadRow[],
): string {
  if (format === "csv") {
    return stringify(
      rows.map((row) => columns.map((column) => row[column] ?? "")),
      CSV,
    );
  }
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}
