import {
  type Address,
  concat,
  encodeAbiParameters,
  encodeEventTopics,
  type Hex,
  numberToHex,
  size,
  slice,
} from "viem";
import type {
  ExchangeEventArgs,
  ExchangeEventName,
} from "../../../offchain-engine/chain/events/table.ts";
import { exchangeAbi } from "../../../protocol/abi/exchange.ts";
import type { TestChain } from "./test-chain.ts";

/** An event of the exchange, to be emitted as it is. */
export interface Emission {
  topics: Hex[];
  data: Hex;
}

export function emission<name extends ExchangeEventName>(
  eventName: name,
  args: ExchangeEventArgs<name>,
): Emission {
  const item = exchangeAbi.find((entry) => entry.type === "event" && entry.name === eventName);
  if (item?.type !== "event") throw new Error(`no event ${eventName}`);
  const values = args as Record<string, unknown>;
  const plain = item.inputs.filter((input) => !input.indexed);
  return {
    topics: encodeEventTopics({ abi: [item], args: values } as never) as Hex[],
    data: encodeAbiParameters(plain, plain.map((input) => values[input.name]) as never),
  };
}

/**
 * Makes the contract at `address` emit the events in one transaction, and so in one block, in their order:
 * full control of what a watcher sees, which the real exchange does not give. Returns the transaction.
 */
export async function emit(chain: TestChain, address: Address, events: Emission[]): Promise<Hex> {
  await chain.rpc("hardhat_setCode", address, concat(events.map(program)));
  const [from] = await chain.rpc<Address[]>("eth_accounts");
  return chain.rpc("eth_sendTransaction", { from, to: address, gas: "0xf42400" });
}

/** EVM code that emits one log: its data into memory word by word, then LOGn. */
function program({ topics, data }: Emission): Hex {
  const words = Math.ceil(size(data) / 32);
  const stores = Array.from({ length: words }, (_, word) => {
    const bytes = slice(data, word * 32, Math.min(size(data), (word + 1) * 32));
    return concat(["0x7f", bytes.padEnd(66, "0") as Hex, "0x61", offset(word * 32), "0x52"]);
  });
  const pushes = [...topics].reverse().map((topic) => concat(["0x7f", topic]));
  const log = numberToHex(0xa0 + topics.length, { size: 1 });
  return concat([...stores, ...pushes, "0x61", offset(size(data)), "0x60", "0x00", log]);
}

function offset(bytes: number): Hex {
  return numberToHex(bytes, { size: 2 });
}
