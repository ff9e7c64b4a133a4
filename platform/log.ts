import { type DestinationStream, type Logger, pino } from "pino";

export type Log = Logger;

/** Names of fields whose values are secrets, at whatever depth they stand. Compared in lower case. */
const SECRET_FIELDS: ReadonlySet<string> = new Set([
  "authorization",
  "cookie",
  "set-cookie",
  "password",
  "privatekey",
  "secret",
  "signature",
  "token",
  "x-api-key",
  "x-signature",
  "agon-signature",
  "database_url",
  "redis_url",
  "databaseurl",
  "redisurl",
  "faucet_private_key",
  "market_creator_private_key",
  "operator_private_key",
  "deployer_private_key",
  "operatorprivatekey",
]);
const CENSOR = "[secret]";

/** URLs of services: their user part and path may hold a password or a provider's key. */
const SERVICE_URL =
  /\b(https?|wss?|postgres(?:ql)?|rediss?):\/\/(?:[^@\s/]*@)?([^\s/"'`)?]+)[^\s"'`)]*/gi;

function withoutUrlSecrets(text: string | undefined): string | undefined {
  return text?.replace(SERVICE_URL, "$1://$2/…");
}

/** What is told of an error. What a library hung on it (a socket, a packet) is left out. */
function describeError(error: Error): Record<string, unknown> {
  const { name, message, stack, cause } = error;
  const { code } = error as { code?: unknown };
  return {
    type: name,
    message: withoutUrlSecrets(message),
    stack: withoutUrlSecrets(stack),
    ...(code === undefined ? {} : { code }),
    ...(cause === undefined ? {} : { cause }),
  };
}

function censor(name: string, value: unknown): unknown {
  if (SECRET_FIELDS.has(name.toLowerCase())) return CENSOR;
  if (value instanceof Error) return describeError(value);
  if (typeof value === "bigint") return value.toString();
  return value;
}

/** The object as plain JSON without secrets. Whatever is handed in, a log line never throws. */
function plain(fields: object): Record<string, unknown> {
  try {
    return JSON.parse(JSON.stringify(fields, censor));
  } catch (error) {
    return { unloggable: error instanceof Error ? error.message : String(error) };
  }
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
    formatters: { level: (label: string) => ({ level: label }), log: plain },
    // Errors are described before pino would see them.
    serializers: { err: (described: unknown) => described },
  };
  return options.destination ? pino(settings, options.destination) : pino(settings);
}
