import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import { decodeFillData } from "../../../protocol/settlement/fill-data.ts";
import { SkipReason, skipReasonFault } from "../../../protocol/settlement/skip-reason.ts";
import type { ExchangeReply } from "../../../protocol/wire/exchange.ts";
import { useApiWorld } from "../support/api-world.ts";

type Abi = readonly { type: string; name?: unknown }[];

describe("what GET /v1/exchange tells a client without our library", () => {
  const world = useApiWorld({ IDEMPOTENCY_KEYS_MAX: "77" });
  let exchange: ExchangeReply;

  before(async () => {
    exchange = (await world().call("GET", "/v1/exchange")).body;
  });

  const namesOf = (abi: Abi, type: string) =>
    abi.filter((entry) => entry.type === type).map(({ name }) => name);

  it("has the calls and events of shares outside escrow, and of the resolver that anyone may call", () => {
    const { outcomeTokens, priceFeedResolver, priceFeedAbi, exchange: own } = exchange.contracts;
    for (const event of ["TransferSingle", "TransferBatch", "ApprovalForAll"]) {
      assert.ok(namesOf(outcomeTokens.abi, "event").includes(event), event);
    }
    assert.ok(!namesOf(outcomeTokens.abi, "function").includes("mint"));
    assert.match(outcomeTokens.tokenId, /^marketId × 2 \+ outcome/);
    const resolver = namesOf(priceFeedResolver.abi, "function");
    assert.ok(resolver.includes("resolve") && resolver.includes("conditionOf"));
    assert.ok(namesOf(priceFeedResolver.abi, "event").includes("ResolvedByRound"));
    assert.ok(namesOf(priceFeedResolver.abi, "error").includes("RoundNotFirst"));
    assert.ok(namesOf(priceFeedAbi, "function").includes("getRoundData"));
    assert.ok(!resolver.includes("marketCreated"));
    const { optimisticResolver, roles } = exchange.contracts;
    const answers = namesOf(optimisticResolver.abi, "function");
    for (const call of ["termsOf", "propose", "challenge", "finalize", "withdrawCredit"]) {
      assert.ok(answers.includes(call), call);
    }
    assert.ok(!answers.includes("marketCreated"));
    assert.ok(namesOf(roles.abi, "function").includes("hasRole"));
    const calls = namesOf(own.abi, "function");
    for (const call of ["importShares", "split", "mergeTokens", "addDelegate", "voidMarket"]) {
      assert.ok(calls.includes(call), call);
      assert.ok(
        exchange.guide.some(({ how }) => how.includes(`exchange.${call}(`)),
        `${call} in the guide`,
      );
    }
    assert.ok(exchange.guide.some(({ how }) => how.includes("`replaces`")));
  });

  it("has a packing of fills by which their data decodes as ours does", () => {
    const word = BigInt(`0x${"0123456789abcdef".repeat(4)}`);
    const { fields } = exchange.settlementEvents.fillData;
    const read = Object.fromEntries(
      fields.map(({ name, shift, bits }) => [
        name,
        (word >> BigInt(shift)) & ((1n << BigInt(bits)) - 1n),
      ]),
    );
    const decoded = decodeFillData(word);
    for (const name of ["takerNonce", "makerNonce", "feeMicro"] as const) {
      assert.equal(read[name], decoded[name], name);
    }
    assert.equal(read["quantityLots"], BigInt(decoded.quantityLots));
    assert.equal(read["yesPriceTicks"], BigInt(decoded.yesPriceTicks));
    const leg = ({ outcome, side }: { outcome: number; side: number }) => outcome | (side << 1);
    assert.equal(Number(read["takerLeg"]) & 3, leg(decoded.takerLeg));
    assert.equal(Number(read["makerLeg"]) & 3, leg(decoded.makerLeg));
  });

  it("has the bounds on keys, sessions and downloads as they are enforced", () => {
    const { limits } = exchange;
    assert.deepEqual(
      [limits.idempotencyKeys, limits.sessionsPerAccount, limits.apiKeysPerAccount],
      [77, 50, 20],
    );
    assert.deepEqual([limits.downloads, limits.downloadsPerClient], [20, 2]);
    assert.equal(limits.faucetPerHour, null);
  });

  it("has every reason for which a fill is skipped, and whose fault it is", () => {
    const { reasons, makerFlag } = exchange.settlementEvents.skipReasons;
    assert.equal(reasons.length, Object.keys(SkipReason).length);
    for (const { reason, fault } of reasons) {
      const expected = fault === "order" ? "maker" : null;
      assert.equal(skipReasonFault(reason | makerFlag), expected);
    }
  });

  it("points to descriptions of the websocket's frames that are there", async () => {
    const { client, server, docs } = exchange.streams.frames;
    for (const reference of [client, server]) {
      const [path = "", pointer = ""] = reference.split("#");
      const { body } = await world().call("GET", path);
      const found = pointer
        .split("/")
        .slice(1)
        // biome-ignore lint/suspicious/noExplicitAny: a walk through a JSON document.
        .reduce((at: any, key) => at?.[key], body);
      assert.ok(found, reference);
    }
    const [page = "", id = ""] = docs.split("#");
    assert.ok((await world().call("GET", page)).text.includes(`id="${id}"`));
  });
});
