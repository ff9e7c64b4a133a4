import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import { privateKeyToAccount } from "viem/accounts";
import type { ChainEvent } from "../../protocol/engine/command.ts";
import { DEV_ACCOUNTS } from "../../scripts/start/dev-accounts.ts";
import { useApiWorld } from "./support/api-world.ts";

const { admin } = DEV_ACCOUNTS;
const SOON = Math.floor(Date.now() / 1000) + 1000;

interface Created {
  marketId: number;
  slug: string;
  groupId?: number;
  question?: string;
  rules?: string;
  category?: string;
  closeTime?: number;
}

function created({ marketId, slug, ...terms }: Created): ChainEvent {
  const {
    groupId = null,
    question = "Will it be?",
    rules = "As it is.",
    category = "sport",
  } = terms;
  const closeTime = terms.closeTime ?? SOON;
  return {
    type: "market_created",
    ...{ marketId, groupId, slug, question, rules, category, closeTime },
    resolver: admin.address,
    resolveDeadline: closeTime + 10_000,
    takerFeeBps: 0,
    priceStep: 1,
  };
}

const slugs = (body: { items: { slug: string }[] }) => body.items.map(({ slug }) => slug);

describe("the list of markets", () => {
  const world = useApiWorld();

  before(async () => {
    await world().engine.block([
      created({
        marketId: 1,
        slug: "rain-in-oslo",
        question: "Will it RAIN?",
        closeTime: SOON + 50,
      }),
      created({ marketId: 2, slug: "snow-in-oslo", closeTime: SOON + 20 }),
      created({ marketId: 3, slug: "oslo-wins", category: "rain", closeTime: SOON + 90 }),
      created({ marketId: 4, slug: "late-sun", closeTime: SOON + 20 }),
      created({
        marketId: 5,
        slug: "a-trap",
        question: "Pay \u202Elive\u202C or\u0007 \u200Bnot\uD800? \u{1F600}",
        rules: "One.\nTwo.\r",
        category: "x\u2066y",
      }),
    ]);
  });

  const list = async (query: string) => (await world().call("GET", `/v1/markets?${query}`)).body;

  for (const query of ["search=", "search=%20", `search=${"x".repeat(65)}`, "sort=best"]) {
    it(`refuses ${query.slice(0, 12)}`, async () => {
      assert.equal((await list(query)).code, "validation_failed");
    });
  }

  it("refuses the cursor of another order", async () => {
    const { nextCursor } = await list("limit=1");
    assert.equal((await list(`sort=closing&cursor=${nextCursor}`)).code, "cursor_invalid");
  });

  it("finds all words in slug, question or category, in any letter case", async () => {
    assert.deepEqual(slugs(await list("search=rain")), ["oslo-wins", "rain-in-oslo"]);
    assert.deepEqual(slugs(await list("search=OSLO%20Rain")), ["oslo-wins", "rain-in-oslo"]);
    assert.deepEqual(slugs(await list("search=oslo&category=rain")), ["oslo-wins"]);
    assert.deepEqual(slugs(await list("search=%25")), []);
  });

  it("pages in either order without missing or repeating one", async () => {
    const orders = {
      newest: ["a-trap", "late-sun", "oslo-wins", "snow-in-oslo", "rain-in-oslo"],
      closing: ["a-trap", "late-sun", "snow-in-oslo", "rain-in-oslo", "oslo-wins"],
    };
    for (const [sort, expected] of Object.entries(orders)) {
      const seen: string[] = [];
      for (let cursor = ""; ; ) {
        const page = await list(`sort=${sort}&limit=2${cursor}`);
        seen.push(...slugs(page));
        if (page.nextCursor === null) break;
        cursor = `&cursor=${page.nextCursor}`;
      }
      assert.deepEqual(seen, expected, sort);
    }
  });

  it("shows no character that deceives, whoever wrote it on chain", async () => {
    const { market } = (await world().call("GET", "/v1/markets/a-trap")).body;
    assert.equal(market.question, "Pay \uFFFDlive\uFFFD or\uFFFD \uFFFDnot\uFFFD? \u{1F600}");
    assert.equal(market.rules, "One.\nTwo.\uFFFD");
    assert.equal(market.category, "x\uFFFDy");
  });
});

describe("groups of markets", () => {
  const world = useApiWorld({ ADMIN_ADDRESSES: admin.address });
  let token: string;

  before(async () => {
    token = await world().signIn(privateKeyToAccount(admin.privateKey));
    await world().engine.block([
      created({ marketId: 1, slug: "alone" }),
      ...[2, 3, 4].map((marketId) => created({ marketId, slug: `m-${marketId}`, groupId: 2 })),
      ...[5, 6].map((marketId) => created({ marketId, slug: `m-${marketId}`, groupId: 5 })),
    ]);
  });

  const wrong: [method: string, path: string, code: string][] = [
    ["GET", "/v1/groups?limit=101", "validation_failed"],
    ["GET", "/v1/groups?cursor=x", "cursor_invalid"],
    ["GET", "/v1/groups/0", "validation_failed"],
    ["GET", "/v1/groups/alone", "validation_failed"],
    ["GET", "/v1/groups/1", "group_unknown"],
    ["GET", "/v1/groups/3", "group_unknown"],
  ];
  for (const [method, path, code] of wrong) {
    it(`answers ${method} ${path} with ${code}`, async () => {
      assert.equal((await world().call(method, path)).body.code, code);
    });
  }

  it("say that this server has no key to create or resolve anything", async () => {
    const { call } = world();
    const times = { closeTime: SOON, resolveDeadline: SOON + 1000 };
    const market = { question: "Will it be so?", rules: "As it is." };
    const members = [1, 2].map((n) => ({ slug: `new-${n}`, ...market }));
    const resolution = { kind: "manual" };
    const asked: [string, object][] = [
      ["/v1/markets", { slug: "new-market", ...market, ...times, resolution }],
      ["/v1/groups", { slug: "new-group", title: "Which is it?", ...times, members, resolution }],
      ["/v1/markets/alone/resolve", { payoutYes: 1000 }],
      ["/v1/groups/2/resolve", { payoutsYes: [1000, 0, 0] }],
    ];
    for (const [path, body] of asked) {
      const reply = await call("POST", path, { body, token });
      assert.equal(reply.status, 503, path);
      assert.equal(reply.body.code, "market_office_unavailable");
    }
  });

  it("are listed the newest first, with their members in order", async () => {
    const { call } = world();
    const first = await call("GET", "/v1/groups?limit=1");
    assert.deepEqual(first.body.items, [
      { groupId: 5, slug: null, title: null, memberCount: 2, markets: ["m-5", "m-6"] },
    ]);
    const second = await call("GET", `/v1/groups?limit=1&cursor=${first.body.nextCursor}`);
    assert.deepEqual(second.body.items[0].markets, ["m-2", "m-3", "m-4"]);
    assert.equal(second.body.nextCursor, null);
    const { group } = (await call("GET", "/v1/groups/2")).body;
    assert.deepEqual(
      group.markets.map(({ marketId, groupId }: Created) => [marketId, groupId]),
      [2, 3, 4].map((marketId) => [marketId, 2]),
    );
  });
});

describe("closing a market", () => {
  const world = useApiWorld({ ADMIN_ADDRESSES: admin.address });
  let token: string;
  let marketId: number;

  before(async () => {
    token = await world().signIn(privateKeyToAccount(admin.privateKey));
    marketId = await world().engine.createMarket("to-close");
  });

  const close = (slug: string, by?: string) =>
    world().call("POST", `/v1/markets/${slug}/close`, by === undefined ? {} : { token: by });

  it("is for admin wallets, of a market that there is and that is open", async () => {
    const { trader, signIn, engine } = world();
    assert.equal((await close("to-close")).body.code, "unauthenticated");
    const stranger = await signIn(await trader(0n));
    assert.equal((await close("to-close", stranger)).body.code, "forbidden");
    assert.equal((await close("no-such-market", token)).body.code, "market_unknown");
    const resolvedId = await engine.createMarket("resolved-already");
    const resolution = { type: "market_resolved", payoutYes: 1000, isVoid: false } as const;
    await engine.block([{ ...resolution, marketId: resolvedId }]);
    const reply = await close("resolved-already", token);
    assert.equal(reply.status, 409);
    assert.equal(reply.body.code, "market_not_open");
  });

  it("takes no more orders there and leaves what rests to its maker, until it is let go", async () => {
    const { call, trader, order, signIn } = world();
    const maker = await trader();
    const own = await signIn(maker);
    const placed = await call("POST", "/v1/orders", { body: await order(maker, { marketId }) });
    const closed = await close("to-close", token);
    assert.equal(closed.status, 200);
    assert.equal(closed.body.market.heldPhase, "cancel_only");
    assert.equal((await close("to-close", token)).status, 200);
    const late = { body: await order(maker, { marketId }) };
    assert.equal((await call("POST", "/v1/orders", late)).body.code, "cancel_only");
    const cancelled = await call("DELETE", `/v1/orders/${placed.body.order.hash}`, { token: own });
    assert.equal(cancelled.body.order.status, "cancelled");
    const body = { phase: "open", market: "to-close" };
    await call("POST", "/v1/exchange/hold", { body, token });
    assert.equal((await call("POST", "/v1/orders", late)).status, 201);
  });
});
