import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  createEventPublisher,
  MAX_CARRIED_EVENTS,
} from "../../../offchain-engine/sequencer/event-publisher.ts";
import type { PublishedBatch } from "../../../platform/bus/bus.ts";
import type { EngineEvent, EventBatch } from "../../../protocol/engine/event.ts";

const EVENT = { type: "market" } as EngineEvent;

describe("event publisher", () => {
  function publisher() {
    const sent: PublishedBatch[] = [];
    const ours = createEventPublisher((batches) => void sent.push(...batches));
    const links = () => sent.map(({ id, prev }) => [id, prev]);
    const sizes = () => sent.map(({ payload }) => (payload as EventBatch).events.length);
    return { ...ours, links, sizes };
  }

  it("leaves a hole in place of more events than can be carried, and goes on after it", () => {
    const { publish, replayed, catchUp, links, sizes } = publisher();
    const most = Array<EngineEvent>(MAX_CARRIED_EVENTS).fill(EVENT);
    replayed(1, most);
    replayed(2, [...most, EVENT]);
    catchUp(0);
    publish([
      { seq: 3, events: [...most, EVENT] },
      { seq: 5, events: [EVENT] },
    ]);
    assert.deepEqual(links(), [
      [1, 0],
      [2, 2],
      [3, 3],
      [5, 3],
    ]);
    assert.deepEqual(sizes(), [MAX_CARRIED_EVENTS, 0, 0, 1]);
  });

  it("links each batch to the one before it, leaving out commands without events", () => {
    const { publish, links } = publisher();
    publish([
      { seq: 1, events: [EVENT] },
      { seq: 4, events: [EVENT] },
    ]);
    publish([]);
    publish([{ seq: 5, events: [EVENT] }]);
    assert.deepEqual(links(), [
      [1, 0],
      [4, 1],
      [5, 4],
    ]);
  });

  it("publishes after a replay what the carrier lacks, and goes on from there", () => {
    const { replayed, catchUp, publish, links } = publisher();
    for (const seq of [1, 2, 4, 6]) replayed(seq, [EVENT]);
    replayed(7, []);
    catchUp(2);
    publish([{ seq: 8, events: [EVENT] }]);
    assert.deepEqual(links(), [
      [4, 2],
      [6, 4],
      [8, 6],
    ]);
  });

  it("publishes the newest of a long replay only, with the hole showing", () => {
    const { replayed, catchUp, links } = publisher();
    for (let seq = 1; seq <= 25_000; seq++) replayed(seq, [EVENT]);
    catchUp(0);
    assert.equal(links().length, 10_000);
    assert.deepEqual(links()[0], [15_001, 15_000]);
    assert.deepEqual(links().at(-1), [25_000, 24_999]);
  });

  it("keeps no more events of a long replay than its bound", () => {
    const { replayed, catchUp, sizes } = publisher();
    const many = Array<EngineEvent>(MAX_CARRIED_EVENTS).fill(EVENT);
    for (let seq = 1; seq <= 100; seq++) replayed(seq, many);
    catchUp(0);
    const kept = sizes().reduce((sum, size) => sum + size, 0);
    assert.ok(kept >= 500_000 && kept <= 1_000_000, `${kept} events`);
  });
});
