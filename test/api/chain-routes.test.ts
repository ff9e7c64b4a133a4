import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import { type Address, createPublicClient, erc20Abi, http, parseEther, zeroAddress } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { deployExchange } from "../../scripts/deploy-exchange.ts";
import { DEV_ACCOUNTS } from "../../scripts/start/dev-accounts.ts";
import { startTestChain } from "../offchain-engine/chain/test-chain.ts";
import { useApiWorld } from "./support/api-world.ts";
import { eventually } from "./support/eventually.ts";

const { admin, faucet, operator, free } = DEV_ACCOUNTS;
const FAR = Math.floor(Date.now() / 1000) + 1_000_000;

function market(slug: string) {
  return {
    slug,
    question: "Will it be as it is said?",
    rules: "As the feed says.",
    closeTime: FAR,
    resolveDeadline: FAR + 1000,
    resolution: { kind: "price_at_or_above", symbol: "ETH", threshold: "300000000000" },
  };
}

function member(slug: string) {
  return { slug, question: "Will it be this one?", rules: "As it is." };
}

function group(slug: string, members = ["first-of-it", "second-of-it"]) {
  return {
    slug,
    title: "Which will it be?",
    closeTime: FAR,
    resolveDeadline: FAR + 1000,
    resolution: { kind: "manual" },
    members: members.map(member),
  };
}

describe("routes that send transactions", () => {
  let rpcUrl: string;
  const world = useApiWorld({ FAUCET_MAX_MICRO: "5000000", FAUCET_PER_HOUR: "2" }, async () => {
    const chain = await startTestChain();
    rpcUrl = chain.rpcUrl;
    const deployment = await deployExchange({
      rpcUrl,
      deployerKey: admin.privateKey,
      operator: operator.address,
      exitDelaySeconds: 60,
      settlementGraceSeconds: 20,
    });
    const environment = {
      RPC_URL: rpcUrl,
      ADMIN_ADDRESSES: admin.address,
      MARKET_CREATOR_PRIVATE_KEY: admin.privateKey,
      FAUCET_PRIVATE_KEY: faucet.privateKey,
    };
    return { environment, deployment, stopChain: chain.stop };
  });
  let token: string;

  before(async () => {
    token = await world().signIn(privateKeyToAccount(admin.privateKey));
    await world().engine.createMarket("somebody-elses");
  });

  const wrong: [what: string, changes: object, pointer: string][] = [
    ["a close in the past", { closeTime: 1000 }, "/closeTime"],
    ["a deadline before the close", { resolveDeadline: FAR - 1 }, "/resolveDeadline"],
    [
      "a deadline too long after the close",
      { resolveDeadline: FAR + 31_536_001 },
      "/resolveDeadline",
    ],
    ["a deadline too soon after the close", { resolveDeadline: FAR + 79 }, "/resolveDeadline"],
    [
      "a symbol without a feed",
      { resolution: { kind: "price_at_or_above", symbol: "DOGE", threshold: "1" } },
      "/resolution/symbol",
    ],
    [
      "a price with a point",
      { resolution: { kind: "price_at_or_above", symbol: "ETH", threshold: "1.5" } },
      "/resolution/threshold",
    ],
    ["a null byte in its question", { question: "Will it be\u0000 so?" }, "/question"],
    ["a line feed in its question", { question: "Will it be\nas it is said?" }, "/question"],
    ["a turned direction in its rules", { rules: "If \u202Eti si ton\u202C it is." }, "/rules"],
    ["an isolate in its rules", { rules: "If \u2066it\u2069 is." }, "/rules"],
    ["a carriage return in its rules", { rules: "If it is.\rIf not." }, "/rules"],
    ["half a character in its category", { category: "weather\uD83D" }, "/category"],
    ["a step of five", { priceStep: 5 }, "/priceStep"],
  ];
  for (const [what, changes, pointer] of wrong) {
    it(`refuse a market with ${what}`, async () => {
      const body = { ...market("wrong-market"), ...changes };
      const reply = await world().call("POST", "/v1/markets", { body, token });
      assert.equal(reply.status, 400);
      assert.equal(reply.body.code, "validation_failed");
      assert.equal(reply.body.errors[0].pointer, pointer);
    });
  }

  it("refuse a slug that is taken", async () => {
    const body = market("somebody-elses");
    const reply = await world().call("POST", "/v1/markets", { body, token });
    assert.equal(reply.status, 409);
    assert.equal(reply.body.code, "market_slug_taken");
  });

  it("refuse to resolve another's market", async () => {
    const reply = await world().call("POST", "/v1/markets/somebody-elses/resolve", {
      body: { payoutYes: 1000 },
      token,
    });
    assert.equal(reply.status, 409);
    assert.equal(reply.body.code, "market_not_resolvable");
  });

  it("refuse to give money to nobody, to our contracts and to code that takes no ether", async () => {
    const { call } = world();
    const { contracts } = (await call("GET", "/v1/exchange")).body;
    const client = createPublicClient({ transport: http(rpcUrl) });
    const { address: exchange, abi } = contracts.exchange;
    const roles = await client.readContract({ address: exchange, abi, functionName: "roles" });
    assert.equal(contracts.roles.address, roles);
    const wrongAddresses = [
      zeroAddress,
      exchange,
      contracts.outcomeTokens.address,
      contracts.collateral.address,
      contracts.priceFeedResolver.address,
      contracts.optimisticResolver.address,
      ...Object.values(contracts.priceFeeds),
      roles,
    ];
    assert.ok(wrongAddresses.length >= 8);
    for (const address of wrongAddresses) {
      const reply = await call("POST", "/v1/faucet", { body: { address } });
      assert.equal(reply.status, 400, `${address} ${reply.text}`);
      assert.equal(reply.body.code, "validation_failed");
      assert.equal(reply.body.errors[0].pointer, "/address");
      const held = await client.readContract({
        address: contracts.collateral.address,
        abi: erc20Abi,
        functionName: "balanceOf",
        args: [address as Address],
      });
      assert.equal(held, 0n);
    }
  });

  it("give collateral and a little ether, capped and limited for each address", async () => {
    const { call, trader } = world();
    const { address } = await trader(0n);
    const give = (amountMicro: string) =>
      call("POST", "/v1/faucet", { body: { address, amountMicro } });
    assert.equal((await give("5000001")).body.code, "amount_invalid");
    const first = await give("5000000");
    assert.equal(first.status, 200);
    const second = await give("1");
    assert.equal(second.body.etherWei, "0");
    const third = await give("1");
    assert.equal(third.body.code, "rate_limited");
    assert.ok(Number(third.headers.get("retry-after")) > 0);

    const { body: exchange } = await call("GET", "/v1/exchange");
    const client = createPublicClient({ transport: http(rpcUrl) });
    const held = await client.readContract({
      address: exchange.contracts.collateral.address,
      abi: erc20Abi,
      functionName: "balanceOf",
      args: [address],
    });
    assert.equal(held, 5_000_001n);
    assert.equal(await client.getBalance({ address }), parseEther("1"));
  });

  it("tell the token's own permit domain", async () => {
    const { body } = await world().call("GET", "/v1/exchange");
    const { permitDomain } = body.contracts.collateral;
    assert.deepEqual([permitDomain.name, permitDomain.version], ["Agon Dev Dollar", "1"]);
    assert.equal(body.rpcUrl, rpcUrl);
  });

  const wrongGroups: [what: string, changes: object, pointer: string][] = [
    ["one member", { members: [member("only-one")] }, "/members"],
    ["two members of one slug", { members: [member("twin"), member("twin")] }, "/members"],
    [
      "a member without rules",
      { members: [member("one"), { ...member("two"), rules: "" }] },
      "/members/1/rules",
    ],
    ["a price feed", { resolution: market("x").resolution }, "/resolution/kind"],
    ["a close in the past", { closeTime: 1000 }, "/closeTime"],
    ["a null byte in its title", { title: "Which is\u0000 it?" }, "/title"],
  ];
  for (const [what, changes, pointer] of wrongGroups) {
    it(`refuse a group with ${what}`, async () => {
      const body = { ...group("wrong-group"), ...changes };
      const reply = await world().call("POST", "/v1/groups", { body, token });
      assert.equal(reply.body.code, "validation_failed");
      assert.equal(reply.body.errors[0].pointer, pointer);
    });
  }

  it("refuse a group of which a slug is taken, and leave its others free", async () => {
    const body = group("half-taken", ["still-free", "somebody-elses"]);
    const reply = await world().call("POST", "/v1/groups", { body, token });
    assert.equal(reply.body.code, "market_slug_taken");
    assert.equal(reply.body.slug, "somebody-elses");
  });

  it("create a group in one transaction, and resolve it no sooner than the contract lets", async () => {
    const { call, engine } = world();
    const { contracts } = (await call("GET", "/v1/exchange")).body;
    const client = createPublicClient({ transport: http(rpcUrl) });
    const { address, abi } = contracts.exchange;
    const count = () => client.readContract({ address, abi, functionName: "marketCount" });
    const before = Number(await count());
    const body = group("who-wins", ["still-free", "second-free"]);
    const creating = call("POST", "/v1/groups", { body, token });
    await eventually(async () => Number(await count()) === before + 2);
    // The engine of this world hears of the chain from the test; ids below are its own.
    const groupId = 501;
    await engine.block(
      body.members.map(({ slug, question, rules }, i) => ({
        type: "market_created",
        marketId: groupId + i,
        groupId,
        ...{ slug, question, rules, category: "test", resolver: admin.address },
        ...{ closeTime: FAR, resolveDeadline: FAR + 1000, takerFeeBps: 0, priceStep: 1 },
      })),
    );
    const created = await creating;
    assert.equal(created.status, 201, created.text);
    const { slug, title, markets } = created.body.group;
    assert.deepEqual([slug, title], ["who-wins", body.title]);
    assert.deepEqual(
      markets.map((one: { slug: string }) => one.slug),
      ["still-free", "second-free"],
    );
    const receipt = await client.getTransactionReceipt({ hash: created.body.transactionHash });
    assert.equal(receipt.status, "success");

    const resolve = (payoutsYes?: number[]) =>
      call("POST", `/v1/groups/${groupId}/resolve`, { body: { payoutsYes }, token });
    for (const payouts of [[1000], [999, 0], [500, 500, 0], undefined]) {
      const refused = await resolve(payouts);
      assert.equal(refused.body.code, "validation_failed");
      assert.equal(refused.body.errors[0].pointer, "/payoutsYes");
    }
    assert.equal((await resolve([1000, 0])).body.code, "market_not_resolvable");
  });

  it("keep markets to admin wallets", async () => {
    const { call, signIn } = world();
    const stranger = free[0] as (typeof free)[number];
    const theirs = await signIn(privateKeyToAccount(stranger.privateKey));
    const reply = await call("POST", "/v1/markets", { body: market("mine"), token: theirs });
    assert.equal(reply.body.code, "forbidden");
  });
});
