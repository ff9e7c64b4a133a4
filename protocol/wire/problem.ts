import { z } from "zod";
import { ERRORS, type ErrorCode } from "../errors.ts";

const codes = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];

/** An error reply, RFC 9457 `application/problem+json`. Further members carry facts of the case. */
export const problemSchema = z
  .looseObject({
    type: z.string().meta({ description: "A URI reference that names the kind: `/docs#<code>`." }),
    title: z.string(),
    status: z.int(),
    code: z.enum(codes),
    detail: z.string().optional(),
    mend: z.string().meta({ description: "What the client can do about it." }),
    requestId: z.string().optional(),
    errors: z
      .array(
        z.object({
          in: z.enum(["body", "query", "path", "header"]),
          pointer: z.string().meta({ description: "A JSON pointer to the field." }),
          message: z.string(),
        }),
      )
      .optional(),
  })
  .meta({ id: "Problem" });

export type Problem = z.infer<typeof problemSchema>;
