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

/**
 * Slugs are unique here though not on chain: the first to ask has them, on whatever replica. What `create` is
 * refused with by the contract frees them again.
 * @throws ApiProblem `market_slug_taken`, and what `create` throws
 */
export async function withSlugs<Value>(
  prisma: PrismaClient,
  { slugs, resolution, creator }: SlugClaims,
  create: () => Promise<Value>,
): Promise<Value> {
  const createdBy = creator.toLowerCase();
  const claimed: string[] = [];
  const free = () => prisma.marketResolution.deleteMany({ where: { slug: { in: claimed } } });
  for (const slug of slugs) {
    const { count } = await prisma.marketResolution.createMany({
      data: [{ slug, resolution, createdBy }],
      skipDuplicates: true,
    });
    if (count === 0) {
      await free();
      throw new ApiProblem("market_slug_taken", { details: { slug } });
    }
    claimed.push(slug);
  }
  try {
    return await create();
  } catch (error) {
    if (error instanceof ApiProblem && error.code === "validation_failed") await free();
    throw error;
  }
}
