import { randomUUID } from "node:crypto";
import type { Log } from "../../platform/log.ts";
import type { Pool } from "../../platform/postgres/pool.ts";
import { ScopeRoom, type ScopeUse } from "./scope-room.ts";

/** What a client asked for under a key. */
export interface KeyedRequest {
  /** Whose key it is: an account's sessions', one API key's, or a network's. */
  scope: string;
  /** Method and pattern of the route. */
  route: string;
  key: string;
  fingerprint: Buffer;
  /** Whether doing it again does nothing more: then a lapsed attempt may be taken over. */
  isRepeatable: boolean;
  /** Keys that the scope may have at a time, roughly: they are not counted at each one. */
  maxKeys: number;
}

/** The first reply as it went out, but for the headers that every reply has. */
export interface RecordedReply {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export type Claim =
  | { kind: "claimed"; attempt: Attempt }
  | { kind: "recorded"; reply: RecordedReply }
  /** `other_request`: the key stands for another one. `withheld`: done, with a reply that is not kept. */
  | { kind: "in_flight" | "other_request" | "unknown" | "withheld" | "exhausted" };

/** The right to carry a request out. Exactly one of its methods is called, once. */
export interface Attempt {
  record(reply: RecordedReply): Promise<void>;
  /** It was carried out, and the reply must not be kept. */
  withhold(): Promise<void>;
  /** Nothing was done, or doing it again does nothing more: the key is free. */
  forget(): Promise<void>;
  /** Nobody knows whether it was done: it must not be done again under this key. */
  doubt(): Promise<void>;
}

export interface IdempotencyStore {
  claim(request: KeyedRequest): Promise<Claim>;
}

interface Row {
  fingerprint: Buffer;
  state: "working" | "recorded" | "withheld" | "unknown";
  isLapsed: boolean;
  status: number;
  headers: string;
  body: string;
}

const LIFETIME_SECONDS = 24 * 3600;
const LEASE_SECONDS = 30;
/** Larger ones are not kept: the routes that give them may be repeated. */
export const REPLY_BYTES_MAX = 512 * 1024;
/** All replies of a scope together. */
const SCOPE_BYTES_MAX = 64 * 1024 * 1024;
const PURGE_EACH = 100;
const PURGE_ROWS_MAX = 1000;
/** A row may go away between our insert and our read: a few times, not for ever. */
const CLAIM_ATTEMPTS = 3;

/**
 * Takes the key if it is new, too old, or left behind by a dead process at what may be repeated. One statement:
 * of racing replicas one gets it.
 */
const CLAIM = `
  INSERT INTO app.idempotency_keys AS kept (scope, route, key, fingerprint, owner, state, lease_until, expires_at)
  SELECT $1, $2, $3, $4, $5, 'working', now() + $6 * interval '1 second', now() + $7 * interval '1 second'
  WHERE $8 OR EXISTS (SELECT FROM app.idempotency_keys WHERE scope = $1 AND route = $2 AND key = $3)
  ON CONFLICT (scope, route, key) DO UPDATE
    SET fingerprint = excluded.fingerprint, owner = excluded.owner, state = 'working',
        lease_until = excluded.lease_until, expires_at = excluded.expires_at,
        status = NULL, headers = NULL, body = NULL, body_bytes = 0
    WHERE kept.expires_at <= now()
       OR ($9 AND kept.state = 'working' AND kept.lease_until <= now()
           AND kept.fingerprint = excluded.fingerprint)
  RETURNING owner`;

const COUNT = `
  SELECT count(*)::int AS keys, coalesce(sum(body_bytes), 0)::float8 AS bytes
  FROM app.idempotency_keys WHERE scope = $1 AND expires_at > now()`;

const READ = `
  SELECT fingerprint, state, lease_until <= now() AS "isLapsed", status, headers, body
  FROM app.idempotency_keys WHERE scope = $1 AND route = $2 AND key = $3 AND expires_at > now()`;

const OWN = "scope = $1 AND route = $2 AND key = $3 AND owner = $4";

const PURGE = `
  DELETE FROM app.idempotency_keys WHERE ctid IN (
    SELECT ctid FROM app.idempotency_keys WHERE expires_at <= now() LIMIT ${PURGE_ROWS_MAX})`;

function standing(row: Row, { fingerprint, isRepeatable }: KeyedRequest): Claim | null {
  if (!row.fingerprint.equals(fingerprint)) return { kind: "other_request" };
  if (row.state === "recorded") {
    const { status, headers, body } = row;
    return { kind: "recorded", reply: { status, headers: JSON.parse(headers), body } };
  }
  if (row.state !== "working") return { kind: row.state };
  if (!row.isLapsed) return { kind: "in_flight" };
  return isRepeatable ? null : { kind: "unknown" };
}

/**
 * Keys in Postgres, so that replicas share them. A claim costs one statement, and now and
 * then a count; its end costs another. By the
 * database's clock alone.
 */
export function createIdempotencyStore(
  pool: Pool,
  { log, leaseSeconds = LEASE_SECONDS }: { log: Log; leaseSeconds?: number },
): IdempotencyStore {
  let claims = 0;
  const room = new ScopeRoom(async (scope) => {
    const { rows } = await pool.query<ScopeUse>(COUNT, [scope]);
    return rows[0] as ScopeUse;
  });

  function purge(): void {
    claims += 1;
    if (claims % PURGE_EACH !== 0) return;
    pool.query(PURGE).catch((error) => log.warn({ err: error }, "old keys were not purged"));
  }

  function attemptAt(identity: readonly unknown[]): Attempt {
    const renewal = setInterval(
      () => {
        pool
          .query(
            `UPDATE app.idempotency_keys SET lease_until = now() + $5 * interval '1 second' WHERE ${OWN}`,
            [...identity, leaseSeconds],
          )
          .catch((error) => log.warn({ err: error }, "a key's lease was not renewed"));
      },
      (leaseSeconds * 1000) / 3,
    );
    renewal.unref();
    const end = async (statement: string, values: readonly unknown[] = []): Promise<void> => {
      clearInterval(renewal);
      await pool.query(statement, [...identity, ...values]);
    };
    const setState = `UPDATE app.idempotency_keys SET state = $5 WHERE ${OWN}`;
    return {
      record: ({ status, headers, body }) =>
        end(
          `UPDATE app.idempotency_keys
           SET state = 'recorded', status = $5, headers = $6, body = $7, body_bytes = $8 WHERE ${OWN}`,
          [status, JSON.stringify(headers), body, Buffer.byteLength(body)],
        ),
      withhold: () => end(setState, ["withheld"]),
      forget: () => end(`DELETE FROM app.idempotency_keys WHERE ${OWN}`),
      doubt: () => end(setState, ["unknown"]),
    };
  }

  return {
    async claim(request) {
      purge();
      const { scope, route, key, fingerprint, isRepeatable, maxKeys } = request;
      const owner = randomUUID();
      const bounds = { maxKeys, maxBytes: SCOPE_BYTES_MAX, replyBytesMax: REPLY_BYTES_MAX };
      const hasRoom = await room.take(scope, bounds);
      const place = [scope, route, key];
      const lease = [leaseSeconds, LIFETIME_SECONDS];
      for (let attempt = 1; attempt <= CLAIM_ATTEMPTS; attempt++) {
        const { rowCount } = await pool.query(CLAIM, [
          ...[...place, fingerprint, owner, ...lease],
          ...[hasRoom, isRepeatable],
        ]);
        if (rowCount === 1) return { kind: "claimed", attempt: attemptAt([...place, owner]) };
        const [row] = (await pool.query<Row>(READ, place)).rows;
        // Nothing was inserted and nothing is there: the scope is full.
        if (!row) return { kind: "exhausted" };
        const found = standing(row, request);
        if (found) return found;
      }
      return { kind: "in_flight" };
    },
  };
}
