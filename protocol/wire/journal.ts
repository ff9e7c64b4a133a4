import { z } from "zod";
import { addressSchema, countSchema, hashSchema, timeMsSchema } from "./scalar.ts";

/** Query of a page of the journal: entries after sequence `after`, oldest first. */
export const journalQuerySchema = z.strictObject({
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(500),
});

/** Whose journal it is, and all that a replay needs beside the entries. */
export const journalHeadSchema = z
  .object({
    format: z.int().min(1),
    chainId: z.int().min(1),
    exchange: addressSchema,
    deployBlock: countSchema,
    deployBlockHash: hashSchema,
    genesisHash: hashSchema.meta({ description: "The previous hash of entry 1." }),
    limits: z
      .record(z.string(), z.number())
      .meta({ description: "The matcher's limits, under which the entries replay alike." }),
    lagSeconds: countSchema.meta({ description: "Younger entries are not shown yet." }),
  })
  .meta({ id: "JournalHead" });

export type JournalHead = z.infer<typeof journalHeadSchema>;

/** One sequenced command. */
export const journalEntrySchema = z
  .object({
    seq: z.int().min(1).meta({ description: "From 1, without holes." }),
    timeMs: timeMsSchema,
    payload: z.string().meta({
      description: "The command's exact JSON text: its UTF-8 is what the hash covers.",
    }),
    previousHash: hashSchema,
    hash: hashSchema.meta({
      description:
        "SHA-256 of previousHash, seq and timeMs (8 bytes each, big-endian), and the payload's UTF-8.",
    }),
  })
  .meta({ id: "JournalEntry" });

export type PublishedEntry = z.infer<typeof journalEntrySchema>;

export const journalReplySchema = z
  .object({
    journal: journalHeadSchema,
    items: z.array(journalEntrySchema),
    nextAfter: countSchema.nullable().meta({
      description: "`after` of the next page; null when no further entry is shown yet.",
    }),
  })
  .meta({ id: "JournalPage" });

export type JournalReply = z.infer<typeof journalReplySchema>;
