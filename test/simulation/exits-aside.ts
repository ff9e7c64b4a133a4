import type { Address } from "viem";
import type { Core } from "../../offchain-engine/edge/core.ts";
import type { ChainEvent } from "../../protocol/engine/command.ts";
import { Violation } from "./scheduler.ts";

interface Exit {
  account: Address;
  /** Of the shares; null for cash. */
  shares: { marketId: number; outcome: 0 | 1 } | null;
  amount: number;
}

/**
 * Right after a block, each exit that it asks for is set aside: as much as there is, be it from open orders.
 * @throws Violation.
 */
export function demandAside(core: Core, events: readonly ChainEvent[]): void {
  const asked = new Map<string, Exit>();
  for (const event of events) {
    if (event.type === "withdrawal_requested") {
      const { account, amountMicro } = event;
      asked.set(account, { account, shares: null, amount: Number(amountMicro) });
    } else if (event.type === "export_requested") {
      const { account, marketId, outcome, quantityLots } = event;
      const shares = { marketId, outcome };
      const amount = Number(quantityLots);
      asked.set(`${account}:${marketId}:${outcome}`, { account, shares, amount });
    } else if (event.type === "withdrawal_cancelled" || event.type === "withdrawn") {
      asked.delete(event.account);
    } else if (event.type === "shares_exported") {
      asked.delete(`${event.account}:${event.marketId}:${event.outcome}`);
    }
  }
  for (const [key, { account, shares, amount }] of asked) {
    const { available, locked, reserved } = fundsOf(core, account, shares);
    if (reserved >= amount || (available <= 0 && locked === 0)) continue;
    throw new Violation(
      `of the exit ${key}, ${reserved} of ${amount} are set aside beside ${available} free and ${locked} locked`,
    );
  }
}

function fundsOf(core: Core, account: Address, shares: Exit["shares"]) {
  const { balance, positions } = core.account(account);
  if (shares === null) {
    return {
      available: Number(balance.availableMicro),
      locked: Number(balance.lockedMicro),
      reserved: Number(balance.reservedMicro),
    };
  }
  const position = positions.find(({ marketId }) => marketId === shares.marketId);
  const yes = shares.outcome === 1;
  return {
    available: (yes ? position?.yesAvailableLots : position?.noAvailableLots) ?? 0,
    locked: (yes ? position?.yesLockedLots : position?.noLockedLots) ?? 0,
    reserved: (yes ? position?.yesReservedLots : position?.noReservedLots) ?? 0,
  };
}
