import { Readable } from "node:stream";
import type Koa from "koa";
import type { Page } from "../../protocol/wire/page.ts";
import { PAGE_ITEMS_MAX } from "../config.ts";
import { clientAddress, clientNetwork } from "../limits/client-address.ts";
import type { Services } from "../services.ts";
import { DOWNLOAD_TYPES, type DownloadFormat } from "./download-format.ts";
import { type DownloadRow, headLine, rowLines } from "./download-rows.ts";

/** What a download counts for on top of its request. */
export const DOWNLOAD_COST = 50;
export const DOWNLOAD_COST_NOTE = `; ${DOWNLOAD_COST} more as CSV or JSON lines`;

export const DOWNLOAD_DESCRIPTION =
  "As CSV or JSON lines (`format`, or Accept) the whole list from `cursor` on is one file, whatever `limit` says: every row that there was when it began, and none that came later; how far a row is settled, and which `status` it has, is as of its reading. A connection that breaks before its end left the file incomplete.";

/** A reader that takes nothing for so long has its download ended. */
const STALL_MS = 60_000;

/** A list that can be taken home: its pages, and its items as flat rows. */
export interface DownloadableList<Item> {
  /** The file's name, without its ending. */
  name: string;
  columns: readonly string[];
  toRow(item: Item): DownloadRow;
  readPage(page: { limit: number; cursor?: string }): Promise<Page<Item>>;
}

/** One page after another, each read when the one before it has been taken. */
async function* linesOf<Item>(
  list: DownloadableList<Item>,
  format: DownloadFormat,
  first: Page<Item>,
  onStall: () => void,
): AsyncGenerator<string> {
  let page = first;
  let head = headLine(format, list.columns);
  for (;;) {
    const text = head + rowLines(format, list.columns, page.items.map(list.toRow));
    head = "";
    const timer = setTimeout(onStall, STALL_MS);
    if (text !== "") yield text;
    clearTimeout(timer);
    if (page.nextCursor === null) return;
    page = await list.readPage({ limit: PAGE_ITEMS_MAX, cursor: page.nextCursor });
  }
}

/**
 * The list as a stream with backpressure, a page in memory at a time. What fails before the first page is
 * an ApiProblem; what fails later breaks the connection off, so that half a file never looks whole.
 */
export async function downloadList<Item>(
  list: DownloadableList<Item>,
  request: { ctx: Koa.Context; services: Services; format: DownloadFormat; cursor?: string },
): Promise<{ status: 200; body: Readable; headers: Record<string, string> }> {
  const { ctx, services, format, cursor } = request;
  await services.limits.charge(ctx, {}, DOWNLOAD_COST);
  const release = services.downloads.take({
    account: ctx.state["account"],
    network: clientNetwork(clientAddress(ctx.req, services.config.TRUST_PROXY)),
  });
  const page = { limit: PAGE_ITEMS_MAX, ...(cursor === undefined ? {} : { cursor }) };
  const first = await list.readPage(page).catch((error: unknown) => {
    release();
    throw error;
  });
  const body: Readable = Readable.from(
    linesOf(list, format, first, () => body.destroy(new Error("nobody reads the download"))),
    { objectMode: false, highWaterMark: 0 },
  );
  body.once("close", release);
  body.once("error", (error) => {
    services.log.warn({ err: error, requestId: ctx.state["requestId"] }, "a download broke off");
    ctx.res.destroy();
  });
  return {
    status: 200,
    body,
    headers: {
      "Content-Type": `${DOWNLOAD_TYPES[format]}; charset=utf-8`,
      "Content-Disposition": `attachment; filename="${list.name}.${format}"`,
      "Cache-Control": "no-store",
      Vary: "Accept",
    },
  };
}
