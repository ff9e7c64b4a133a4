import { privateKeyToAccount } from "viem/accounts";
import { pollUntil } from "../../../scripts/demo/poll-until.ts";
import { DEV_ACCOUNTS } from "../../../scripts/start/dev-accounts.ts";
import { connect } from "../../../sdk/index.ts";
import type { HostileWorld } from "./hostile-world.ts";

const DEADLINE_MS = 60_000;

/** What is wrong with the exchange now: whether two accounts trade and settle, and whether the money adds up. */
export async function stillStands(world: HostileWorld): Promise<string[]> {
  const { exchange, victim, attacker } = world;
  const faults: string[] = [];
  const admin = await connect(exchange.apiUrl, {
    signer: privateKeyToAccount(DEV_ACCOUNTS.admin.privateKey),
  });
  try {
    await admin.signIn();
    await attacker.signIn();
    const now = Math.floor(Date.now() / 1000);
    // A market of its own: what the cases left in the other's book would be met first.
    const { market } = await admin.createMarket({
      slug: `afterwards-${now}`,
      question: "Does it still trade?",
      rules: "YES if it does.",
      closeTime: now + 86_400,
      resolveDeadline: now + 2 * 86_400,
      resolution: { kind: "manual" },
    });
    await victim.placeOrder({ market, outcome: "YES", side: "BUY", price: 600, quantity: 10 });
    const { fills } = await attacker.placeOrder({
      ...{ market, outcome: "NO", side: "BUY", price: 400, quantity: 10 },
    });
    if (fills.length !== 1) faults.push(`two crossing orders made ${fills.length} fills`);
    const settled = async () => {
      const { items } = await victim.listFills({ market: market.slug });
      return items[0]?.fill.status === "settled";
    };
    await pollUntil("the last trade, not yet settled", DEADLINE_MS, settled);
    const adds = async () => {
      const { conservation } = await victim.getHealth("detailed");
      const { ok, engine_agrees, index_agrees } = conservation;
      return ok && engine_agrees && index_agrees;
    };
    await pollUntil("the money, which does not add up", DEADLINE_MS, adds);
  } catch (error) {
    faults.push(`the exchange does not go on: ${String(error)}`);
  } finally {
    admin.close();
  }
  return faults;
}
