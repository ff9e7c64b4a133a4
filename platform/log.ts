import { type DestinationStream, type Logger, pino } from "pino";

export type Log = Logger;

/** Field names whose values are secrets, at whatever of the first four levels they stand. */
const SECRET_FIELDS = [
  "authorization",
  "cookie",
  "password",
  "privateKey",
  "secret",
  "signature",
  "token",
  "DATABASE_URL",
  "REDIS_URL",
  "databaseUrl",
  "redisUrl",
  "FAUCET_PRIVATE_KEY",
  "MARKET_CREATOR_PRIVATE_KEY",
  "OPERATOR_PRIVATE_KEY",
  "operatorPrivateKey",
  '["set-cookie"]',
  '["x-api-key"]',
  '["x-signature"]',
  '["agon-signature"]',
];

function redactedPaths(): string[] {
  return ["", "*", "*.*", "*.*.*"].flatMap((level) =>
    SECRET_FIELDS.map((field) => {
      if (level === "") return field;
      return field.startsWith("[") ? `${level}${field}` : `${level}.${field}`;
    }),
  );
}

/**
 * A JSON logger: one object a line, `time` in ISO 8601, `service` on each line. Secrets are replaced
 * by `[secret]`. A request gets `log.child({ requestId })`.
 */
export function createLog(options: {
  service: string;
  level?: string;
  /** Where lines go; standard output when absent. */
  destination?: DestinationStream;
}): Log {
  const settings = {
    level: options.level ?? "info",
    base: { service: options.service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: redactedPaths(), censor: "[secret]" },
  };
  return options.destination ? pino(settings, options.destination) : pino(settings);
}
