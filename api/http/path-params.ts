import { z } from "zod";
import { addressSchema, slugSchema } from "../../protocol/wire/scalar.ts";

/** Path parameters of the routes below one market. */
export const marketParamsSchema = z.strictObject({ slug: slugSchema });

/** Path parameters of the routes below one account. */
export const userParamsSchema = z.strictObject({ address: addressSchema });
