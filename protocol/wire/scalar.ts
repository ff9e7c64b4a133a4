import type { Address, Hex } from "viem";
import { z } from "zod";

/**
 * The scalars of the wire. Integers up to 2⁵³ are JSON numbers (ticks, lots of one order, times);
 * money and 64-bit values are decimal strings, so that no client meets a rounded figure.
 */

/** Any letter case goes in; accounts come out in lower case, as in SQL. */
export const addressSchema = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/)
  .meta({
    description: "An Ethereum address.",
    example: `0x${"ab".repeat(20)}`,
  }) as unknown as z.ZodType<Address, Address>;

export const hashSchema = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/)
  .meta({ description: "32 bytes in hex." }) as unknown as z.ZodType<Hex, Hex>;

export const signatureSchema = z
  .string()
  .regex(/^0x(?:[0-9a-fA-F]{2}){64,65}$/)
  .meta({
    description: "65 bytes (r, s, v) or 64 bytes (EIP-2098) in hex; s in the lower half.",
  }) as unknown as z.ZodType<Hex, Hex>;

/** Bytes of any length, for example a signed sign-in message of a contract wallet. */
export const hexSchema = z
  .string()
  .regex(/^0x([0-9a-fA-F]{2})*$/)
  .meta({ description: "Bytes in hex." }) as unknown as z.ZodType<Hex, Hex>;

const MAX_UINT64 = 2n ** 64n - 1n;

export const nonceSchema = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,19})$/)
  .refine((text) => !/^[0-9]{1,20}$/.test(text) || BigInt(text) <= MAX_UINT64, "exceeds 2^64 - 1")
  .meta({ description: "An unsigned 64-bit integer, decimal." });

/** Micro or lots to be moved: positive, at most what escrow can hold (2⁵³ − 1). */
export const amountSchema = z
  .string()
  .regex(/^[0-9]{1,16}$/)
  .meta({ description: "An integer amount in the asset's unit, decimal." });

export const microSchema = z
  .string()
  .regex(/^-?[0-9]+$/)
  .meta({ description: "Collateral in millionths, a decimal integer." });

export const lotsStringSchema = z
  .string()
  .regex(/^-?[0-9]+$/)
  .meta({ description: "Hundredths of a share, a decimal integer." });

export const slugSchema = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .min(3)
  .max(64)
  .meta({ description: "A market's readable id.", example: "eth-75-up" });

export const marketIdSchema = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
/** An outcome or a side. */
export const bitSchema = z.int().min(0).max(1) as unknown as z.ZodType<0 | 1, 0 | 1>;
/** Unix seconds within a uint40. */
export const unixSecondsSchema = z
  .int()
  .min(0)
  .max(2 ** 40 - 1);
export const timeMsSchema = z.int().min(0);
/** The type's range; that a price is 1 … 999 is a rule with a code of its own. */
export const uint16Schema = z.int().min(0).max(0xffff);
export const uint32Schema = z.int().min(0).max(0xffff_ffff);
export const countSchema = z.int().min(0);

export const clientIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,64}$/)
  .meta({ description: "The client's own id of an order, unique per account." });
