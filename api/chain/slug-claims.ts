import type { Address } from "viem";
import type { z } from "zod";
import type { PrismaClient } from "../../generated/prisma/client.ts";
import type { resolutionSchema } from "../../protocol/wire/market.ts";
import { ApiProblem } from "../problem.ts";

/** Market slugs that one creation asks for, and how those markets resolve. */
export interface SlugClaims {
  slugs: readonly string[];
  resolution: z.output<typeof resolutionSchema>;
  creator: Address;
}

/** A creation's transaction is mined within seconds, or is as good as lost. */
const STALE_MS = 15 * 60_000;

/** Takes the slug: nobody's, or one whose claim is old. The caller knows that no market has it. */
async function claim(
  prisma: PrismaClient,
  data: { slug: string; resolution: SlugClaims["resolution"]; createdBy: string },
): Promise<boolean> {
  const { count } = await prisma.marketResolution.createMany({
    data: [data],
    skipDuplicates: true,
  });
  if (count === 1) return true;
  const stale = { slug: data.slug, createdAt: { lt: new Date(Date.now() - STALE_MS) } };
  const taken = await prisma.marketResolution.updateMany({
    where: stale,
    data: { ...data, createdAt: new Date() },
  });
  return taken.count === 1;
}

/**
 * Slugs are unique here though not on chain: the first to ask has them, on whatever replica. They are free
 * again when `create` fails before its transaction could be broadcast, of which it tells `onSigned`, or when
 * the contract refuses it; else after STALE_MS, if no market came of it.
 * @throws ApiProblem `market_slug_taken`, and what `create` throws
 */
export async function withSlugs<Value>(
  prisma: PrismaClient,
  { slugs, resolution, creator }: SlugClaims,
  create: (onSigned: () => void) => Promise<Value>,
): Promise<Value> {
  const createdBy = creator.toLowerCase();
  const claimed: string[] = [];
  let mayBeBroadcast = false;
  try {
    for (const slug of slugs) {
      if (!(await claim(prisma, { slug, resolution, createdBy }))) {
        throw new ApiProblem("market_slug_taken", { details: { slug } });
      }
      claimed.push(slug);
    }
    return await create(() => {
      mayBeBroadcast = true;
    });
  } catch (error) {
    const isRefused = error instanceof ApiProblem && error.code === "validation_failed";
    if (isRefused || !mayBeBroadcast) await free(prisma, claimed);
    throw error;
  }
}

async function free(prisma: PrismaClient, slugs: readonly string[]): Promise<void> {
  if (slugs.length === 0) return;
  await prisma.marketResolution.deleteMany({ where: { slug: { in: [...slugs] } } });
}
