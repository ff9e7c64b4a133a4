import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const PAGE = fileURLToPath(new URL("../../../docs/SQL.md", import.meta.url));
/** What `(place)` stands for on the page. */
const PLACE = [
  "block_number bigint",
  "block_time bigint",
  "transaction_hash text",
  "log_index integer",
];

/** What the page on SQL promises: each view's columns as `name type`, and the queries to start from. */
export function readSqlPage(): { views: Map<string, string[]>; queries: string[] } {
  const text = readFileSync(PAGE, "utf8");
  const views = new Map<string, string[]>();
  for (const section of text.split(/^### chain\./m).slice(1)) {
    const [name = ""] = section.split("\n", 1);
    const own = section.split(/^##/m, 1)[0] ?? "";
    views.set(name.trim(), columnsOf(own));
  }
  const queries = [...text.matchAll(/^```sql\n(.*?)^```/gms)].map((match) => match[1] ?? "");
  return { views, queries };
}

function columnsOf(section: string): string[] {
  const table = section.split("\n\n").find((part) => part.trim().startsWith("| column |")) ?? "";
  const rows = table.trim().split("\n").slice(2);
  return rows.flatMap((row) => {
    const [name = "", type = ""] = row
      .split("|")
      .slice(1, 3)
      .map((cell) => cell.trim());
    return name === "(place)" ? PLACE : [`${name} ${type}`];
  });
}
