import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Core } from "../../../offchain-engine/edge/core.ts";
import type { CoreVerdict } from "../../../offchain-engine/edge/verdict.ts";
import type { Sequencer } from "../../../offchain-engine/sequencer/sequencer.ts";
import { createAnswerRequest } from "../../../offchain-engine/server/answer-request.ts";
import type { Command } from "../../../protocol/engine/command.ts";
import type { CommandsReply } from "../../../protocol/engine/request.ts";

const ACCOUNT = `0x${"a1".repeat(20)}`;
const HASH = `0x${"11".repeat(32)}`;
const CANCEL = { kind: "cancel", maker: ACCOUNT, hash: HASH };
const CANCEL_ALL = { kind: "cancel_all", maker: ACCOUNT };
const PLACE = {
  kind: "place",
  hash: HASH,
  order: {
    maker: ACCOUNT,
    marketId: 1,
    outcome: 1,
    side: 0,
    price: 500,
    quantity: 10,
    timeInForce: 0,
    maxFeeBps: 0,
    expiry: 0,
    nonce: "1",
  },
  signature: `0x${"5e".repeat(65)}`,
  signer: ACCOUNT,
  selfTradePrevention: "cancel_resting",
};
const HEARTBEAT = { kind: "heartbeat", maker: ACCOUNT, timeoutMs: 5_000 };
const RELEASE = {
  kind: "release",
  account: ACCOUNT,
  marketId: 0,
  asset: 2,
  amount: "1",
  deadline: 2_000_000_000,
};
const INVALID = { ok: false, code: "validation_failed" };
const TAKEN = { ok: false, code: "order_unknown" } as const;

/** A door in front of a sequencer that notes what it is given. */
function world(options: { isSettlementHalted?: boolean; knownAfterReads?: number } = {}) {
  let reads = 0;
  const submitted: Command[] = [];
  const sequencer: Pick<Sequencer<CoreVerdict>, "submit" | "read"> = {
    async submit(command) {
      submitted.push(command);
      return TAKEN;
    },
    async read(view) {
      reads++;
      return view();
    },
  };
  const answer = createAnswerRequest({
    core: {
      account: (account: string) => ({ account }),
      knowsAccount: () => reads >= (options.knownAfterReads ?? 0),
    } as unknown as Core,
    sequencer: sequencer as Sequencer<CoreVerdict>,
    releaseSigner: { available: true, sign: () => assert.fail("nothing is signed") },
    isChainStale: () => false,
    differsFromChain: () => false,
    isSettlementHalted: () => options.isSettlementHalted === true,
    reachTables: async () => 7,
    status: () => assert.fail("nobody asks"),
  });
  async function verdicts(...commands: unknown[]) {
    const reply = (await answer({ type: "commands", commands })) as CommandsReply;
    return reply.verdicts;
  }
  return { submitted, answer, verdicts };
}

describe("door of the engine", () => {
  it("rejects a request that has not the shape of one", async () => {
    const { answer, submitted } = world();
    const requests = [
      null,
      7,
      [],
      {},
      { type: "shutdown" },
      { type: "account" },
      { type: "account", account: "0x12" },
      { type: "commands" },
      { type: "commands", commands: CANCEL },
      { type: "status", withStateHash: "yes" },
    ];
    for (const request of requests) await assert.rejects(answer(request), JSON.stringify(request));
    assert.deepEqual(submitted, []);
  });

  it("refuses a malformed command alone, and takes the others in order", async () => {
    const { submitted, verdicts } = world();
    const { order } = PLACE;
    const malformed = [
      null,
      "cancel",
      { kind: "block", number: 9, hash: "0x", timestamp: 1, events: [] },
      { kind: "cancel", maker: ACCOUNT },
      { ...CANCEL, hash: 5 },
      { kind: "cancel_all", maker: { toLowerCase: 1 } },
      { kind: "place" },
      { ...PLACE, order: null },
      { ...PLACE, order: { ...order, nonce: 1 } },
      { ...PLACE, order: { ...order, nonce: "-1" } },
      { ...PLACE, order: { ...order, price: 1.5 } },
      { ...PLACE, signature: "0x" },
      { ...PLACE, selfTradePrevention: "none" },
      { ...RELEASE, amount: 1 },
      { ...RELEASE, asset: 3 },
    ];
    const all = await verdicts(CANCEL, ...malformed, CANCEL_ALL);
    assert.deepEqual(all, [TAKEN, ...malformed.map(() => INVALID), TAKEN]);
    assert.deepEqual(submitted, [CANCEL, CANCEL_ALL]);
  });

  it("passes whole commands on as they are", async () => {
    const { answer, submitted, verdicts } = world();
    const full = { ...PLACE, clientId: "mine", replaces: HASH };
    await verdicts(PLACE, full, CANCEL, { ...CANCEL_ALL, marketId: 3 }, RELEASE);
    assert.deepEqual(submitted, [PLACE, full, CANCEL, { ...CANCEL_ALL, marketId: 3 }, RELEASE]);
    assert.deepEqual(await answer({ type: "account", account: ACCOUNT }), { account: ACCOUNT });
  });

  it("takes no new order while settlement is halted; cancels and exits go on", async () => {
    const { submitted, verdicts } = world({ isSettlementHalted: true });
    const [placed] = await verdicts(PLACE, CANCEL, CANCEL_ALL, RELEASE);
    assert.deepEqual(placed, { ok: false, code: "settlement_behind" });
    assert.deepEqual(submitted, [CANCEL, CANCEL_ALL, RELEASE]);
  });

  it("answers the heartbeat of an account that the engine does not know, and journals none", async () => {
    const { submitted, verdicts } = world({ knownAfterReads: Infinity });
    assert.deepEqual(await verdicts(HEARTBEAT), [{ ok: true, kind: "heartbeat", dueAtMs: null }]);
    assert.deepEqual(submitted, []);
  });

  for (const knownAfterReads of [0, 1]) {
    it(`takes the heartbeat of an account that is known after ${knownAfterReads} reads`, async () => {
      const { submitted, verdicts } = world({ knownAfterReads });
      assert.deepEqual(await verdicts(HEARTBEAT), [TAKEN]);
      assert.deepEqual(submitted, [HEARTBEAT]);
    });
  }
});
