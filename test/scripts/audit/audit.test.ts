import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import type { Hex } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import type { PlaceCommand } from "../../../protocol/engine/command.ts";
import type { SignedOrder } from "../../../protocol/order.ts";
import { encodeBatch } from "../../../protocol/settlement/batch.ts";
import { runAudit } from "../../../scripts/audit/run-audit.ts";
import {
  type ExchangeWorld,
  OPERATOR_KEY,
  startExchangeWorld,
} from "../../offchain-engine/settlement/exchange-world.ts";
import { beginLiveCase, type LiveCase } from "../../offchain-engine/settlement/live-case.ts";
import { divergences, iterate, type Published, publish, rehash, withCommand } from "./published.ts";

const AUDIT = fileURLToPath(new URL("../../../scripts/audit.ts", import.meta.url));

describe("audit", function () {
  this.timeout(60_000);
  let world: ExchangeWorld;
  let live: LiveCase;
  let traders: [PrivateKeyAccount, PrivateKeyAccount, PrivateKeyAccount, PrivateKeyAccount];

  before(async () => {
    world = await startExchangeWorld();
    traders = world.traders as typeof traders;
  });
  beforeEach(async () => {
    live = await beginLiveCase(world);
  });
  afterEach(() => live.end());
  after(() => world.stop());

  const published = () => publish(world.deployment, live.engine.entries);

  /** Sequence of the `index`th order that was placed. */
  function placeSeq(index: number): number {
    const places = live.engine.entries.filter(({ kind }) => kind === "place");
    return places[index]?.seq ?? assert.fail(`there is no order ${index}`);
  }

  /** Two makers at one price, the older first, one at a worse; a taker of one and a half of them. */
  async function meet(): Promise<void> {
    const [older, younger, worse, taker] = traders;
    const sell = { outcome: 1, side: 1, price: 400, quantity: 100 } as const;
    await live.engine.place(older, sell);
    await live.engine.place(younger, sell);
    await live.engine.place(worse, { ...sell, price: 410 });
    const fills = await live.engine.place(taker, { ...sell, side: 0, price: 405, quantity: 150 });
    assert.deepEqual(
      fills.map(({ quantityLots }) => quantityLots),
      [100, 50],
    );
  }

  /** Meets, settles in one batch, then trades and settles once more. */
  async function twoBatches(): Promise<Published> {
    await meet();
    live.settle().notify();
    await live.settled(1);
    const [older, , , taker] = traders;
    const order = { outcome: 0, side: 0, price: 590, quantity: 40 } as const;
    await live.engine.place(taker, { ...order, timeInForce: 3 });
    await live.engine.place(older, { ...order, side: 1, price: 600 });
    await live.settled(2);
    return published();
  }

  describe("of a journal that was tampered with", () => {
    it("names the entry whose price was changed", async () => {
      const honest = await twoBatches();
      const seq = placeSeq(1);
      const changed = withCommand<"place">(honest, seq, ({ order }) => {
        order.price = 399;
      });
      const found = await divergences(world, changed);
      assert.equal(found["hashes"], `entry ${seq} does not hash to what it says`);
      assert.match(found["fills"] ?? "", /^fill 1 .*batch 1, fill 0.* differs: maker's maker/);
      assert.match(found["anchors"] ?? "", /^batch 1 /);
    });

    it("names the anchor that two swapped commands break, however well they are hashed", async () => {
      const honest = await twoBatches();
      const [first, second] = [placeSeq(0) - 1, placeSeq(1) - 1];
      const items = [...honest.items];
      const payload = (index: number) => honest.items[index]?.payload ?? "";
      items[first] = { ...items[first], payload: payload(second) } as (typeof items)[number];
      items[second] = { ...items[second], payload: payload(first) } as (typeof items)[number];
      const found = await divergences(world, rehash({ ...honest, items }, world.deployment));
      // The other maker is filled, so what the second batch settles does not come about.
      assert.deepEqual(Object.keys(found), ["replay", "anchors", "fills", "priority"]);
      assert.match(found["anchors"] ?? "", /^batch 1 anchors another hash/);
      assert.match(found["fills"] ?? "", /^fill 1 /);
      assert.match(found["priority"] ?? "", /^fill 1 .*it took 0x.* before 0x/);
    });

    it("names the gap that a dropped entry leaves", async () => {
      const honest = await twoBatches();
      const seq = placeSeq(0);
      const items = honest.items.filter((item) => item.seq !== seq);
      const found = await divergences(world, { ...honest, items });
      assert.equal(found["hashes"], `entry ${seq + 1} follows entry ${seq - 1}`);
      assert.match(found["replay"] ?? "", new RegExp(`^entry ${seq + 1} cannot be applied`));
      assert.match(found["anchors"] ?? "", /^batch 1 /);
    });

    it("names the anchor that a dropped entry breaks when the rest is numbered and hashed anew", async () => {
      const honest = await twoBatches();
      const items = honest.items.filter(({ seq }) => seq !== placeSeq(0));
      const found = await divergences(world, rehash({ ...honest, items }, world.deployment));
      assert.equal(found["hashes"], undefined);
      assert.match(found["anchors"] ?? "", /^batch 1 /);
      assert.match(found["fills"] ?? "", /^fill 1 /);
    });

    it("names a block with an event that the chain does not have, and one that is missing", async () => {
      const honest = await twoBatches();
      const { seq } = honest.items.find(({ payload }) => payload.includes('"deposited"')) ?? {};
      assert.ok(seq);
      const richer = withCommand<"block">(honest, seq, ({ events }) => {
        for (const event of events) if (event.type === "deposited") event.amountMicro += "0";
      });
      const found = await divergences(world, rehash(richer, world.deployment));
      assert.match(
        found["blocks"] ?? "",
        new RegExp(`^at entry ${seq} block \\d+ is not the chain's`),
      );
      const items = honest.items.filter((item) => item.seq !== seq);
      const poorer = await divergences(world, rehash({ ...honest, items }, world.deployment));
      assert.match(poorer["blocks"] ?? "", new RegExp(`^at entry ${seq} the journal lacks block`));
    });

    it("refuses the journal of another exchange or another chain", async () => {
      const honest = published();
      const { head } = honest;
      const exchange = traders[0].address;
      for (const [changed, reason] of [
        [{ ...head, chainId: 1 }, /the RPC serves chain 31337/],
        [{ ...head, deployBlockHash: `0x${"12".repeat(32)}` as Hex }, /in which it was deployed/],
        [{ ...head, genesisHash: `0x${"12".repeat(32)}` as Hex }, /genesis hash/],
        [{ ...head, format: 99 }, /format is 99/],
      ] as const) {
        const found = await divergences(world, { ...honest, head: changed });
        assert.match(found["identity"] ?? "", reason);
      }
      const { identity } = await divergences(world, honest, { exchange });
      assert.match(identity ?? "", /was asked for/);
    });
  });

  describe("of a dishonest operator", () => {
    it("names the batch whose anchor is not the journal's hash", async () => {
      await meet();
      const { source } = live.engine;
      const journalHead = () => ({ ...source.journalHead(), hash: `0x${"12".repeat(32)}` as Hex });
      live.settle({ source: { ...source, journalHead } }).notify();
      await live.settled(1);
      const { seq } = source.journalHead();
      const found = await divergences(world, published());
      assert.deepEqual(Object.keys(found), ["anchors"]);
      const [, anchored] =
        /^batch 1 anchors another hash of entry (\d+)$/.exec(found["anchors"] ?? "") ?? [];
      assert.ok(Number(anchored) <= seq);
    });

    it("names the fill that took a younger order, whose signed maker is real", async () => {
      await meet();
      const { source, journal } = live.engine;
      const younger = journal.filter((one) => one.kind === "place")[1] as PlaceCommand;
      const maker = signed(younger);
      const nextFills: typeof source.nextFills = (after, max) => {
        const [first, second] = source.nextFills(after, max);
        if (!first || !second) return [];
        const { makerHash, maker: older } = first;
        return [
          { ...first, makerHash: younger.hash, maker },
          { ...second, makerHash, maker: older },
        ];
      };
      live.settle({ source: { ...source, nextFills } }).notify();
      await live.settled(1);
      const found = await divergences(world, published());
      assert.deepEqual(Object.keys(found), ["fills", "priority"]);
      assert.match(
        found["fills"] ?? "",
        /^fill 1 \(entry \d+; batch 1, fill 0\) differs: maker's maker/,
      );
      const took = `it took ${younger.hash} at 400 (entry ${placeSeq(1)}) before 0x`;
      assert.ok(found["priority"]?.includes(took), found["priority"]);
    });

    it("names the batch with a fill that the journal does not have", async () => {
      const [seller, buyer] = traders;
      const order = { outcome: 1, side: 1, price: 400, quantity: 10 } as const;
      await live.engine.place(seller, order);
      const ask = lastPlaced();
      const cancel = { kind: "cancel", maker: seller.address, hash: ask.hash } as const;
      await live.engine.submit(cancel);
      await live.engine.place(buyer, { ...order, side: 0 });
      const bid = lastPlaced();
      const { seq, hash } = live.engine.source.journalHead();
      await live.watcher.stop();
      await world.send(privateKeyToAccount(OPERATOR_KEY), "settle", [
        encodeBatch({
          batchId: 1n,
          journalSeq: BigInt(seq),
          journalHash: hash,
          orders: [signed(bid), signed(ask)],
          fills: [{ takerIndex: 0, makerIndex: 1, quantityLots: 10, yesPriceTicks: 400 }],
        }),
      ]);
      const found = await divergences(world, published());
      assert.equal(
        found["fills"],
        `batch 1 settles 1 fills more than the journal has by entry ${seq}`,
      );
    });

    it("names the fill that was left unsettled for too long", async () => {
      await meet();
      const honest = published();
      assert.deepEqual(await divergences(world, honest), {});
      await world.chain.rpc("evm_increaseTime", 3_600);
      await world.chain.rpc("evm_mine");
      const found = await divergences(world, honest);
      assert.deepEqual(Object.keys(found), ["unsettled"]);
      assert.match(found["unsettled"] ?? "", /^fill 1 was matched 3\d{3} s ago$/);
      assert.deepEqual(await divergences(world, honest, { maxUnsettledSeconds: 4_000 }), {});
    });

    it("names the batch that rests on entries which are overdue", async () => {
      const honest = await twoBatches();
      const items = honest.items.slice(0, placeSeq(3));
      const cut = { ...honest, items };
      assert.deepEqual(await divergences(world, cut), {});
      assert.deepEqual(await divergences(world, cut, { isLive: true }), {});
      await world.chain.rpc("evm_increaseTime", 600);
      await world.chain.rpc("evm_mine");
      assert.deepEqual(await divergences(world, cut), {});
      const found = await divergences(world, cut, { isLive: true });
      assert.deepEqual(Object.keys(found), ["anchors"]);
      assert.match(found["anchors"] ?? "", new RegExp(`ends at ${placeSeq(3)}$`));
    });

    it("says when the contract skipped fills", async () => {
      const [seller, buyer] = traders;
      const order = { outcome: 1, side: 1, price: 400, quantity: 10 } as const;
      await live.engine.place(seller, order, "forged");
      await live.engine.place(buyer, { ...order, side: 0 });
      live.settle().notify();
      await live.settled(1);
      const { head, items } = published();
      const source = { head, entries: iterate(items), isLive: false };
      const checks = await runAudit({ source, rpcUrl: world.chain.rpcUrl });
      assert.ok(checks.every(({ ok }) => ok));
      const fills = checks.find(({ name }) => name === "fills");
      assert.match(fills?.note ?? "", /the contract skipped 1 of them$/);
    });
  });

  it("passes an honest journal, with every entry, block, batch and fill counted", async () => {
    const { head, items } = await twoBatches();
    const source = { head, entries: iterate(items), isLive: true };
    const checks = await runAudit({ source, rpcUrl: world.chain.rpcUrl });
    assert.deepEqual(
      checks.map(({ first }) => first).filter((first) => first !== null),
      [],
    );
    const counts = Object.fromEntries(checks.map(({ name, count }) => [name, count]));
    const blocks = live.engine.entries.filter(({ kind }) => kind === "block").length;
    assert.deepEqual(counts, {
      identity: 1,
      reading: 1,
      hashes: items.length,
      blocks,
      replay: items.length,
      anchors: 2,
      fills: 3,
      priority: 3,
      unsettled: 0,
    });
  });

  it("reads a journal's file, tells each check in a line, and exits by what it found", async () => {
    const honest = await twoBatches();
    const folder = await mkdtemp(join(tmpdir(), "agon-audit-"));
    const audit = async (name: string, { head, items }: Published) => {
      const file = join(folder, name);
      const lines = [head, ...items].map((line) => JSON.stringify(line));
      await writeFile(file, `${lines.join("\n")}\n`);
      const parameters = ["--file", file, "--rpc", world.chain.rpcUrl];
      const { status, stdout } = spawnSync(process.execPath, [AUDIT, ...parameters], {
        encoding: "utf8",
      });
      return { status, lines: stdout.trimEnd().split("\n") };
    };
    const passed = await audit("honest.jsonl", honest);
    assert.equal(passed.status, 0, passed.lines.join("\n"));
    assert.equal(passed.lines.length, 9);
    assert.ok(passed.lines.every((line) => line.startsWith("ok ")));
    const items = honest.items.filter(({ seq }) => seq !== 2);
    const failed = await audit("dropped.jsonl", { ...honest, items });
    assert.equal(failed.status, 1);
    const hashes = failed.lines.find((line) => line.startsWith("FAIL hashes"));
    assert.match(hashes ?? "", /first: entry 3 follows entry 1$/);
    await rm(folder, { recursive: true });
  });

  function lastPlaced(): PlaceCommand {
    const command = live.engine.journal.findLast(({ kind }) => kind === "place");
    return command as PlaceCommand;
  }

  function signed({ order, signature }: PlaceCommand): SignedOrder {
    return { order: { ...order, nonce: BigInt(order.nonce) }, signature };
  }
});
