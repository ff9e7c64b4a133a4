import type { PlaceOrderRequest } from "../../../protocol/wire/order.ts";
import type { HostileWorld } from "./hostile-world.ts";
import type { Source } from "./source.ts";

/** Signed before: to be sent again, and with something about them changed. */
const POOL_MAX = 100;
const pools = new WeakMap<HostileWorld, PlaceOrderRequest[]>();

/** An order of the attacker's, well signed: new, or one that was sent before. */
export async function orderBody(source: Source, world: HostileWorld): Promise<unknown> {
  const request = await signedBefore(source, world);
  return source.percent(30) ? twisted(request, source, world) : request;
}

/** Another order than the one that was signed, and as well-formed. */
function twisted(
  request: PlaceOrderRequest,
  source: Source,
  { known }: HostileWorld,
): PlaceOrderRequest {
  const { order, signature } = request;
  const changes: Partial<PlaceOrderRequest["order"]> = source.pick([
    { price: 1 + source.below(1_100) },
    { quantity: source.below(2 ** 32) },
    { nonce: String(source.below(2 ** 31)) },
    { marketId: source.pick([0, 1, 999_999, Number.MAX_SAFE_INTEGER]) },
    { maker: source.pick(known.addresses) as typeof order.maker },
    { expiry: 2 ** 40 - 1 },
    { timeInForce: source.pick([0, 1, 2, 3, 4, 5] as const) },
    {},
  ]);
  const isOther = source.percent(20);
  const forged = source.pick([
    source.hex(65),
    `0x${"00".repeat(65)}`,
    `0x${"ff".repeat(65)}`,
    signature.slice(0, 130),
  ]) as typeof signature;
  return { ...request, order: { ...order, ...changes }, signature: isOther ? forged : signature };
}

async function signedBefore(source: Source, world: HostileWorld): Promise<PlaceOrderRequest> {
  const { attacker, market, known } = world;
  const pool = pools.get(world) ?? [];
  pools.set(world, pool);
  if (pool.length > 20 && source.percent(60)) return structuredClone(source.pick(pool));
  const isTimed = source.percent(15);
  const { request, hash } = await attacker.signOrder({
    market,
    outcome: source.pick(["YES", "NO"]),
    side: source.percent(85) ? "BUY" : "SELL",
    price: 1 + source.below(999),
    quantity: 1 + source.below(source.pick([10, 1_000, 2 ** 31])),
    timeInForce: isTimed ? "GTD" : source.pick(["GTC", "FOK", "FAK", "POST_ONLY"]),
    ...(isTimed ? { expiry: Math.floor(Date.now() / 1000) + source.pick([-10, 5, 3600]) } : {}),
    ...(source.percent(30) ? { clientId: `mine-${source.below(500)}` } : {}),
  });
  if (source.percent(10)) request.replaces = source.pick(known.hashes) as typeof hash;
  if (pool.length < POOL_MAX) pool.push(request);
  else pool[source.below(POOL_MAX)] = request;
  if (known.hashes.length < POOL_MAX) known.hashes.push(hash);
  return structuredClone(request);
}

/** A sign-in message as it might be, signed by nobody, for accounts that are not the sender's too. */
export async function signInBody(source: Source, world: HostileWorld): Promise<unknown> {
  const { siwe } = world.attacker.exchange;
  const nonce = source.percent(50) ? "0123456789abcdef" : source.hex(8).slice(2);
  const message = [
    `${source.pick([siwe.domain, "evil.example"])} wants you to sign in with your Ethereum account:`,
    source.pick(world.known.addresses),
    "",
    siwe.statement,
    "",
    `URI: ${siwe.uri}`,
    "Version: 1",
    `Chain ID: ${source.pick([siwe.chainId, 1])}`,
    `Nonce: ${nonce}`,
    `Issued At: ${new Date().toISOString()}`,
  ].join("\n");
  return { message, signature: source.hex(source.pick([0, 64, 65, 65, 900])) };
}
