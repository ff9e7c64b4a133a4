import { z } from "zod";
import type { AnyRoute } from "../../../api/http/route.ts";
import { IDEMPOTENCY_HEADER } from "../../../api/idempotency/idempotency-key.ts";
import type { HostileWorld } from "./hostile-world.ts";
import { orderBody, signInBody } from "./signed-body.ts";
import type { Source } from "./source.ts";
import { type JsonSchema, validValue } from "./valid-value.ts";

/** Who a request says that it comes from. */
export type Bearer = { by: "bearer" | "cookie"; token: string } | null;

/** A request before it is sent: right in all but what was damaged since. */
export interface Draft {
  route: AnyRoute;
  method: string;
  /** With everything encoded that needs to be, without the query. */
  path: string;
  query: [name: string, value: string][];
  headers: Record<string, string>;
  body: unknown;
  /** Sent in the place of `body`. */
  raw: Buffer | null;
  /** Sent over a connection of its own in the place of everything. */
  bytes: Buffer | null;
  bearer: Bearer;
  isAdmin: boolean;
  /** What was done to it. */
  damage: string;
}

const schemas = new WeakMap<z.ZodType, JsonSchema>();

function jsonSchema(schema: z.ZodType): JsonSchema {
  const known = schemas.get(schema);
  if (known) return known;
  const made = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
  schemas.set(schema, made);
  return made;
}

function bearerOf(source: Source, world: HostileWorld): { bearer: Bearer; isAdmin: boolean } {
  const { own, ended, admin, known } = world;
  const bearer = (token: string) => ({ bearer: { by: "bearer", token } as const, isAdmin: false });
  const chance = source.below(100);
  if (chance < 45) return bearer(own.session);
  if (chance < 53) return bearer(own.readKey);
  if (chance < 63) return bearer(own.tradeKey);
  if (chance < 72) return { bearer: { by: "bearer", token: admin }, isAdmin: true };
  if (chance < 78) return { bearer: { by: "cookie", token: own.session }, isAdmin: false };
  if (chance < 82) return bearer(ended);
  if (chance < 85) return bearer(source.pick(known.credentialIds));
  if (chance < 88) return bearer(`agon_sess_${"A".repeat(60)}`);
  return { bearer: null, isAdmin: false };
}

const BODIES: Record<string, (source: Source, world: HostileWorld) => Promise<unknown>> = {
  placeOrder: orderBody,
  checkOrder: orderBody,
  placeOrders: async (source, world) => ({
    orders: await Promise.all(
      Array.from({ length: 1 + source.below(4) }, () => orderBody(source, world)),
    ),
  }),
  logIn: signInBody,
};

/** A request that its route would take, if the world has what it names and the sender may. */
export async function draftOf(
  route: AnyRoute,
  source: Source,
  world: HostileWorld,
): Promise<Draft> {
  const { known } = world;
  const part = (schema: z.ZodType | undefined): Record<string, unknown> =>
    schema ? (validValue(jsonSchema(schema), source, known) as Record<string, unknown>) : {};
  const path = Object.entries(part(route.params)).reduce(
    (filled, [name, value]) => filled.replace(`:${name}`, encodeURIComponent(String(value))),
    route.path,
  );
  const query = Object.entries(part(route.query)).map(([name, value]): [string, string] => [
    name,
    String(value),
  ]);
  const makeBody = BODIES[route.operationId];
  const body = makeBody ? await makeBody(source, world) : route.body && part(route.body);
  const headers: Record<string, string> = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (route.method !== "get" && source.percent(20)) {
    headers[IDEMPOTENCY_HEADER] = `used-before-${source.below(12)}`;
  }
  return {
    ...{ route, method: route.method.toUpperCase(), path, query, headers, body },
    ...{ raw: null, bytes: null, damage: "none" },
    ...bearerOf(source, world),
  };
}

/** Whether all that the schemas say of a request holds for this one. */
export function fitsSchemas({ route, query, body }: Draft): boolean {
  const { query: querySchema, body: bodySchema } = route;
  return (
    (querySchema?.safeParse(Object.fromEntries(query)).success ?? true) &&
    (bodySchema?.safeParse(body).success ?? true)
  );
}
