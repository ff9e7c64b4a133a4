import { z } from "zod";
import { addressSchema, slugSchema } from "../../protocol/wire/scalar.ts";

/** Path parameters of the routes below one market. */
export const marketParamsSchema = z.strictObject({ slug: slugSchema });

/** Path parameters of the routes below one account. */
export const userParamsSchema = z.strictObject({ address: addressSchema });

/** Path parameters of the routes below one group. */
export const groupParamsSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[1-9][0-9]{0,14}$/)
    .transform(Number)
    .meta({ description: "The id of its first market." }),
});
