import type { RandomSource } from "../offchain-engine/core/random-source.ts";

/** How often what goes wrong, in ten thousand. A seed draws its own mixture. */
export interface FaultRates {
  /** The engine dies, at each step that it takes outside itself. */
  crash: number;
  /** A request to the chain is refused, with nothing done. */
  rpcError: number;
  /** A request to the chain is carried out, and its answer lost. */
  rpcLost: number;
  /** A request to the chain takes seconds. */
  rpcSlow: number;
  /** The database's connection breaks: what was asked is done or not. */
  databaseLost: number;
  databaseSlow: number;
  /** A client's request or its answer is lost on the bus. */
  busLost: number;
  /** A client's request arrives twice. */
  busTwice: number;
  /** A published batch of events never reaches the carrier. */
  eventLost: number;
  /** Of each block: the chain is reorganised. */
  reorg: number;
  /** Of each reorganisation: it reaches blocks that the engine has taken. Most seeds have none of it. */
  deepReorg: number;
  /** Of each block: a transaction that waits is dropped. */
  drop: number;
  /** Of each block: somebody else uses the operator's next nonce. */
  foreignNonce: number;
  /** Of each block: the base fee rises out of reach for a while. */
  feeSpike: number;
  /** Of each fill: the exchange skips it, though it holds. Most seeds have none of it. */
  skip: number;
  /** Of each second: the engine's wall clock jumps. */
  clockJump: number;
  /** Of each second: the server ends the journal's connection, and a standby takes over. */
  takeover: number;
  /** Of each second: the chain's node, or the database, is away for a while. */
  outage: number;
}

const MOST: FaultRates = {
  crash: 40,
  rpcError: 600,
  rpcLost: 600,
  rpcSlow: 800,
  databaseLost: 100,
  databaseSlow: 1_000,
  busLost: 800,
  busTwice: 1_000,
  eventLost: 300,
  reorg: 1_500,
  deepReorg: 5_000,
  drop: 800,
  foreignNonce: 400,
  feeSpike: 400,
  skip: 500,
  clockJump: 300,
  takeover: 150,
  outage: 150,
};

/** Where reorganisations are to reach deep, there are some. */
const LEAST_REORG_BESIDE_DEEP = 700;

/** A mixture: each kind is absent, rare or frequent. */
export function drawFaults(random: RandomSource): FaultRates {
  const rates = { ...MOST };
  for (const kind of Object.keys(rates) as (keyof FaultRates)[]) {
    const strength = random.pick([0, 0, 10, 30, 100]);
    rates[kind] = Math.ceil((MOST[kind] * strength) / 100);
  }
  if (!random.chance(15)) rates.skip = 0;
  if (!random.chance(30)) rates.deepReorg = 0;
  if (rates.deepReorg > 0) rates.reorg = Math.max(rates.reorg, LEAST_REORG_BESIDE_DEEP);
  return rates;
}

export function noFaults(): FaultRates {
  const rates = { ...MOST };
  for (const kind of Object.keys(rates) as (keyof FaultRates)[]) rates[kind] = 0;
  return rates;
}
