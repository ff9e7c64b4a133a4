import { type Address, concat, type Hex, numberToHex, size, slice } from "viem";
import type { ChainClient } from "../chain/client.ts";

/**
 * A program that stands at the operator's address during an `eth_call`, so that the exchange sees its
 * operator calling: it calls `settle`, and then views that see what `settle` left behind. `eth_call`
 * shows no logs and keeps no state, so both must happen in one call.
 *
 * Calldata: the size of the call of `settle` (32 bytes), that call, then calls of views of 68 bytes
 * each (a selector and two words). Result: a word for each view. A revert of `settle` is passed on.
 */
function probeCode(exchange: Address): Hex {
  return concat([
    "0x5f35", //         PUSH0 CALLDATALOAD                                      [size]
    "0x8060205f37", //   DUP1 PUSH1 32 PUSH0 CALLDATACOPY
    "0x5f5f825f5f73", // PUSH0 PUSH0 DUP3 PUSH0 PUSH0 PUSH20
    exchange,
    "0x5af1", //         GAS CALL                                                [size ok]
    "0x602d57", //       PUSH1 settled JUMPI
    "0x3d5f5f3e3d5ffd", // RETURNDATASIZE PUSH0 PUSH0 RETURNDATACOPY RETURNDATASIZE PUSH0 REVERT
    "0x5b602001", //     settled (0x2d): JUMPDEST PUSH1 32 ADD                   [in]
    "0x6080", //         PUSH1 0x80                                              [in out]
    "0x5b36821015", //   next (0x33): JUMPDEST CALLDATASIZE DUP3 LT ISZERO
    "0x606957", //       PUSH1 end JUMPI
    "0x6044825f37", //   PUSH1 68 DUP3 PUSH0 CALLDATACOPY
    "0x60208160445f73", // PUSH1 32 DUP2 PUSH1 68 PUSH0 PUSH20
    exchange,
    "0x5afa50", //       GAS STATICCALL POP
    "0x602001", //       PUSH1 32 ADD                                            [in out+32]
    "0x90604401", //     SWAP1 PUSH1 68 ADD                                      [out+32 in+68]
    "0x90603356", //     SWAP1 PUSH1 next JUMP
    "0x5b60809003", //   end (0x69): JUMPDEST PUSH1 0x80 SWAP1 SUB               [in size]
    "0x6080f3", //       PUSH1 0x80 RETURN
  ]);
}

/** Values that storage slots of the exchange have for one call. */
export type SlotOverride = { slot: Hex; value: Hex };

/**
 * Calls `settle` and then the `views` on the exchange at a block, with some of its slots overridden.
 * Nothing is sent. Gives a word for each view.
 * @throws viem's errors: `refusalOf` tells the exchange's refusal from a silent chain.
 */
export async function probeSettle(
  client: ChainClient,
  parameters: {
    exchange: Address;
    operator: Address;
    blockNumber: bigint;
    settle: Hex;
    views: readonly Hex[];
    slots: readonly SlotOverride[];
  },
): Promise<bigint[]> {
  const { exchange, operator, blockNumber, settle, views, slots } = parameters;
  const { data = "0x" } = await client.call({
    to: operator,
    data: concat([numberToHex(size(settle), { size: 32 }), settle, ...views]),
    blockNumber,
    stateOverride: [
      { address: operator, code: probeCode(exchange) },
      { address: exchange, stateDiff: [...slots] },
    ],
  });
  return views.map((_, index) => BigInt(slice(data, index * 32, (index + 1) * 32)));
}
