import type { Page } from "../protocol/wire/page.ts";

/** Items of the pages that `read` gives, one page after the other, each asked for when it is needed. */
export async function* everyItem<Item>(
  read: (cursor: string | undefined) => Promise<Page<Item>>,
  cursor?: string,
): AsyncGenerator<Item, void, void> {
  let next: string | null | undefined = cursor;
  do {
    const page: Page<Item> = await read(next ?? undefined);
    yield* page.items;
    next = page.nextCursor;
  } while (next !== null);
}
