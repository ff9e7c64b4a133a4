import { z } from "zod";
import { StartError } from "./start-error.ts";

const postgresUrl = z
  .string({ error: "is needed: a URL like postgresql://user:password@host:5432/agon" })
  .regex(/^postgres(ql)?:\/\/\S+$/, "must be a URL like postgresql://user:password@host:5432/agon");
const redisUrl = z.string().regex(/^rediss?:\/\/\S+$/, "must be a URL like redis://host:6379/0");
const httpUrl = z
  .string({ error: "is needed: a URL like http://127.0.0.1:8545" })
  .regex(/^https?:\/\/\S+$/, "must be a URL like http://127.0.0.1:8545");
const privateKey = z
  .string({ error: "is needed: a private key, 0x and 64 hex digits" })
  .regex(/^0x[0-9a-fA-F]{64}$/, "must be a private key: 0x and 64 hex digits")
  .transform((key) => key as `0x${string}`);
const port = z.coerce
  .number({ error: "must be a port: 0 … 65535" })
  .int("must be a port: 0 … 65535")
  .min(0, "must be a port: 0 … 65535")
  .max(65_535, "must be a port: 0 … 65535");

/** An integer variable of a stated range with a default. */
function integer(min: number, max: number, byDefault: number) {
  const sentence = `must be an integer: ${min} … ${max}`;
  return z.coerce
    .number({ error: sentence })
    .int(sentence)
    .min(min, sentence)
    .max(max, sentence)
    .default(byDefault);
}

/** Shared fragments of a process's environment, to compose a `z.object({ … })` from. */
export const env = {
  databaseUrl: postgresUrl,
  redisUrl: redisUrl.optional(),
  rpcUrl: httpUrl,
  privateKey,
  port,
  integer,
  /** A collector's OTLP over HTTP, such as http://127.0.0.1:4318; absent: traces are not exported. */
  otlpEndpoint: httpUrl.optional(),
  sampleRatio: z.coerce
    .number({ error: "must be a number: 0 … 1" })
    .min(0, "must be a number: 0 … 1")
    .max(1, "must be a number: 0 … 1")
    .default(1),
  logLevel: z
    .enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"], {
      error: "must be one of trace, debug, info, warn, error, fatal, silent",
    })
    .default("info"),
  deploymentFile: z.string().default(".agon/deployment.json"),
} as const;

/**
 * The environment as typed, frozen config. An empty variable counts as absent.
 * @throws StartError `config_invalid` with one sentence per wrong variable, never its value.
 */
export function loadConfig<Schema extends z.ZodType>(
  schema: Schema,
  environment: NodeJS.ProcessEnv = process.env,
): Readonly<z.output<Schema>> {
  const present = Object.entries(environment).filter(
    ([, value]) => value !== undefined && value !== "",
  );
  const parsed = schema.safeParse(Object.fromEntries(present));
  if (parsed.success) return Object.freeze(parsed.data as object) as Readonly<z.output<Schema>>;
  const sentences = parsed.error.issues.map(
    (issue) => `${issue.path.join(".") || "The environment"} ${issue.message}.`,
  );
  throw new StartError("config_invalid", sentences.join("\n"));
}
