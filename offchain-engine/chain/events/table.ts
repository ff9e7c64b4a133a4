import type { ContractEventArgsFromTopics, ContractEventName, Hex } from "viem";
import type { exchangeAbi } from "../../../protocol/abi/exchange.ts";
import type { ChainEvent } from "../../../protocol/engine/command.ts";

/** The name of one of the exchange's events. */
export type ExchangeEventName = ContractEventName<typeof exchangeAbi>;

/** The decoded arguments of the event `name`. */
export type ExchangeEventArgs<name extends ExchangeEventName> = ContractEventArgsFromTopics<
  typeof exchangeAbi,
  name
>;

/** Turns one decoded event of the contract into the engine's. */
export type EventReader<name extends ExchangeEventName> = (
  args: ExchangeEventArgs<name>,
  transactionHash: Hex,
) => ChainEvent;

/** A reader for each event of a group. */
export type EventTable = { [name in ExchangeEventName]?: EventReader<name> };

/** An outcome as the contract emits it; the contract admits only 0 and 1. */
export function outcomeOf(outcome: number): 0 | 1 {
  return outcome === 1 ? 1 : 0;
}
