import { z } from "zod";

/** Query of every list: newest first, `cursor` from the last reply's `nextCursor`. */
export const pageQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().min(1).max(256).optional(),
});

/** Query of a list that can also be had whole, as a file. */
export const fileQuerySchema = z.strictObject({
  ...pageQuerySchema.shape,
  format: z.enum(["json", "csv", "jsonl"]).optional().meta({
    description: "`csv` or `jsonl`: all of it as a file. The Accept header says so too.",
  }),
});

export type PageQuery = z.input<typeof pageQuerySchema>;

/** A page of `item`; `nextCursor` is null on the last one. */
export function pageSchema<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}
