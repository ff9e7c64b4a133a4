import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  encodeAbiParameters,
  encodeFunctionData,
  encodePacked,
  type Hex,
  keccak256,
  toHex,
} from "viem";
import { devCollateralAbi } from "../../protocol/abi/dev-collateral.ts";
import { exchangeAbi } from "../../protocol/abi/exchange.ts";
import { outcomeTokensAbi } from "../../protocol/abi/outcome-tokens.ts";
import { priceFeedResolverAbi } from "../../protocol/abi/price-feed-resolver.ts";
import type { Order } from "../../protocol/order.ts";
import { encodePriceCondition } from "../../protocol/price-condition.ts";
import { decodeFillData } from "../../protocol/settlement/fill-data.ts";
import { skipReasonName } from "../../protocol/settlement/skip-reason.ts";
import { contractArtifact } from "../../scripts/contract-artifacts.ts";
import type { Actor } from "./support/actor.ts";
import {
  EXIT_DELAY_SECONDS,
  SETTLEMENT_GRACE_SECONDS,
  useExchange,
} from "./support/exchange-fixture.ts";
import { BOND_MICRO, OptimisticFixture, WINDOW_SECONDS } from "./support/optimistic-fixture.ts";
import { assertRefused } from "./support/refusal.ts";

/** The largest order there is, in lots. */
const TOP_LOTS = 0xffff_fffe;
const FAUCET_CAP_MICRO = 1_000_000_000_000n;
const FEE_MARKET = 2;
/** Of a `TrapWallet`. */
const REVERTING = 1;

/** What audits of like systems found; of groups, see `audit-findings-of-groups`. Each title is the finding. */
describe("findings of audits elsewhere do not hold here", () => {
  const x = useExchange(async (fixture) => {
    await fixture.createMarket();
    await fixture.createMarket({ takerFeeBps: 100 });
    for (const owner of [fixture.alice, fixture.bob]) {
      await fixture.fund(owner, 10_000_000n);
      for (const marketId of [1, FEE_MARKET]) await fixture.fundShares(owner, marketId, 1000);
    }
  });
  const fill = (quantityLots = 100, yesPriceTicks = 500, takerIndex = 0, makerIndex = 1) => ({
    takerIndex,
    makerIndex,
    quantityLots,
    yesPriceTicks,
  });
  const sell = (terms: Partial<Order> = {}) => x.order(x.bob, { side: 1, ...terms });

  async function outcome(taker: Awaited<ReturnType<typeof sell>>, maker = taker, lots = 100) {
    const { outcomes } = await x.settle([taker, maker], [fill(lots)]);
    return outcomes[0] === 0 ? "settled" : skipReasonName(outcomes[0] ?? 0);
  }

  async function giveWallet(owner: Actor, micro: bigint): Promise<void> {
    for (let given = 0n; given < micro; given += FAUCET_CAP_MICRO) {
      await x.faucet(owner, FAUCET_CAP_MICRO);
    }
    await x.approve(owner, micro);
  }

  describe("Polymarket's exchange v1 (ChainSecurity, 2022)", () => {
    it("any address is accepted as the maker of an order", async () => {
      const stolen = await x.order(x.bob, { side: 1 }, x.carol);
      assert.equal(await outcome(await x.order(x.alice), stolen), "maker_signature_invalid");
      assert.deepEqual(await x.shares(x.bob), [1000, 1000]);
    });

    it("the order is hashed under a wrong type", async () => {
      const { order } = await sell();
      const type = keccak256(
        toHex(
          "Order(address maker,uint64 marketId,uint8 outcome,uint8 side,uint16 price," +
            "uint32 quantity,uint8 timeInForce,uint16 maxFeeBps,uint40 expiry,uint64 nonce)",
        ),
      );
      const words = [
        type,
        ...Object.values({
          maker: order.maker,
          marketId: order.marketId,
          outcome: order.outcome,
          side: order.side,
          price: order.price,
          quantity: order.quantity,
          timeInForce: order.timeInForce,
          maxFeeBps: order.maxFeeBps,
          expiry: order.expiry,
          nonce: order.nonce,
        }).map((value) => toHex(BigInt(value), { size: 32 })),
      ];
      const struct = keccak256(encodePacked(["bytes32[]"], [words as Hex[]]));
      const domainType =
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
      const domain = keccak256(
        encodeAbiParameters(
          [
            { type: "bytes32" },
            { type: "bytes32" },
            { type: "bytes32" },
            { type: "uint256" },
            { type: "address" },
          ],
          [
            keccak256(toHex(domainType)),
            keccak256(toHex("Agon")),
            keccak256(toHex("1")),
            BigInt(x.chain.reader.chain.id),
            x.exchange,
          ],
        ),
      );
      const hash = keccak256(
        encodePacked(["bytes2", "bytes32", "bytes32"], ["0x1901", domain, struct]),
      );
      const onChain = await x.read("hashOrder", [{ ...order, marketId: 1n }]);
      assert.equal(onChain, hash);
      const signed = { order, signature: await x.bob.sign({ hash }) };
      assert.equal(await outcome(await x.order(x.alice), signed), "settled");
    });

    it("the fee rate is not part of what is signed", async () => {
      const signed = await x.order(x.alice, { marketId: FEE_MARKET, maxFeeBps: 0 });
      const raised = { ...signed, order: { ...signed.order, maxFeeBps: 10_000 } };
      const maker = await sell({ marketId: FEE_MARKET });
      assert.equal(await outcome(raised, maker), "taker_signature_invalid");
      assert.equal(await outcome(signed, maker), "taker_fee_above_cap");
    });

    it("tokens that are sent by accident go to the next taker", async () => {
      await x.faucet(x.carol, 5_000_000n);
      const transfer = { address: x.collateral, abi: devCollateralAbi, functionName: "transfer" };
      const gift = { ...transfer, args: [x.exchange, 5_000_000n] };
      await x.chain.write(x.carol.address, gift);
      const [cash, held] = [await x.cash(x.alice), await x.read("collateralMicro")];
      assert.equal(await outcome(await x.order(x.alice), await sell()), "settled");
      assert.equal(await x.cash(x.alice), cash - 500_000n);
      await x.fund(x.dave, 7n);
      assert.equal(await x.cash(x.dave), 7n);
      assert.equal(await x.read("collateralMicro"), held + 7n);
    });

    it("outcome tokens that are sent by accident are taken in", async () => {
      await x.write(x.bob, "requestExport", [1n, 1, 100n]);
      await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
      await x.write(x.bob, "executeExport", [x.bob.address, 1n, 1]);
      const gift = {
        address: x.outcomeTokens,
        abi: outcomeTokensAbi,
        functionName: "safeTransferFrom",
        args: [x.bob.address, x.exchange, 3n, 100n, "0x"],
      };
      await assert.rejects(x.chain.write(x.bob.address, gift));
    });
  });

  describe("Polymarket's exchange v2 (Cantina, Quantstamp)", () => {
    it("the taker is overcharged, or underfilled, since amounts are not reconciled", async () => {
      const before = await x.cash(x.alice);
      const orders = [
        await x.order(x.alice, { quantity: 300, price: 600 }),
        await sell({ price: 510, quantity: 50 }),
        await sell({ price: 555, quantity: 70 }),
        await x.order(x.bob, { outcome: 0, price: 420, quantity: 90 }),
      ];
      const fills = [fill(50, 510, 0, 1), fill(70, 555, 0, 2), fill(90, 580, 0, 3)];
      const { settled, receipt } = await x.settle(orders, [...fills, fill(91, 600, 0, 3)]);
      assert.equal(settled, 3);
      const cost = fills.reduce((sum, f) => sum + f.quantityLots * f.yesPriceTicks * 10, 0);
      assert.equal(before - (await x.cash(x.alice)), BigInt(cost));
      assert.deepEqual(await x.shares(x.alice), [1000 + 210, 1000]);
      const nonce = orders[0]?.order.nonce ?? 0n;
      assert.equal(await x.read("filledLots", [x.alice.address, nonce]), 210);
      assert.equal(x.events(receipt, "FillSettled").length, 3);
    });

    it("the fee cap is not looked at when a fill is worth nothing", async () => {
      const taker = await x.order(x.alice, { marketId: FEE_MARKET, maxFeeBps: 99 });
      const maker = await sell({ marketId: FEE_MARKET, price: 1 });
      const orders = [taker, maker];
      // A fee of 1 % on 10 micro rounds down to none.
      const { outcomes } = await x.settle(orders, [fill(0), fill(1, 1)]);
      assert.deepEqual(outcomes.map(skipReasonName), ["fill_quantity_zero", "taker_fee_above_cap"]);
    });

    it("mint and merge are not tied to one market, and what is stranded can be claimed", async () => {
      for (const side of [0, 1] as const) {
        const yes = await x.order(x.alice, { side });
        const no = await x.order(x.bob, { side, outcome: 0, marketId: FEE_MARKET });
        assert.equal(await outcome(yes, no), "markets_differ");
        const here = await x.order(x.bob, { side, outcome: 0 });
        assert.equal(await outcome(yes, here), "settled");
      }
      // Nothing is left with the exchange itself, neither in its books nor as tokens.
      assert.equal(await x.read("cashOf", [x.exchange]), 0n);
      assert.deepEqual(await x.read("sharesOf", [x.exchange, 1n]), [0n, 0n]);
      for (const held of [0, 1]) assert.equal(await x.tokensOf(x.exchange, 1, held), 0n);
    });

    it("a token of id 0 stands for collateral", async () => {
      for (const [name, args] of [
        ["split", [0n, 1n]],
        ["requestExport", [0n, 0, 1n]],
        ["importShares", [0n, 0, 1n]],
        ["mergeTokens", [0n, 1n]],
        ["redeem", [x.alice.address, 0n]],
        ["redeemTokens", [0n]],
        ["voidMarket", [0n]],
      ] as const) {
        await giveWallet(x.alice, 10_000n);
        await assertRefused(x.attempt(x.alice, name, args), "MarketUnknown");
      }
      const orders = [await x.order(x.alice, { marketId: 0 }), await sell({ marketId: 0 })];
      await assertRefused(x.settle(orders, [fill()]), "BatchMalformed");
    });

    it("an order of no quantity is marked as done", async () => {
      const taker = await x.order(x.alice, { quantity: 200 });
      const [none, maker] = [await sell({ quantity: 0, nonce: 5n }), await sell({ nonce: 5n })];
      assert.equal(await outcome(taker, none), "maker_quantity_invalid");
      assert.equal(await outcome(taker, maker, 0), "fill_quantity_zero");
      assert.equal(await x.read("filledLots", [x.bob.address, 5n]), 0);
      assert.equal(await outcome(taker, maker), "settled");
    });

    it("price times quantity overflows", async () => {
      const marketId = await x.createMarket({ takerFeeBps: 10_000 });
      const [dear, cheap] = [BigInt(TOP_LOTS) * 9990n, BigInt(TOP_LOTS) * 10n];
      await giveWallet(x.carol, dear);
      await x.write(x.carol, "deposit", [x.carol.address, dear]);
      await giveWallet(x.dave, 2n * cheap);
      await x.write(x.dave, "deposit", [x.dave.address, 2n * cheap]);
      const orders = [
        await x.order(x.dave, { marketId, outcome: 0, price: 1, quantity: TOP_LOTS }),
        await x.order(x.carol, { marketId, price: 999, quantity: TOP_LOTS }),
      ];
      const { settled, fillWords } = await x.settle(orders, [fill(TOP_LOTS, 999)]);
      assert.equal(settled, 1);
      // The dear side paid 999 of 1,000, the cheap side its price and as much again for the fee.
      assert.equal(decodeFillData(fillWords[0] ?? 0n).feeMicro, cheap);
      assert.deepEqual([await x.cash(x.carol), await x.cash(x.dave)], [0n, 0n]);
      assert.deepEqual(await x.shares(x.carol, marketId), [TOP_LOTS, 0]);
      const over = await sell({ price: 65_535, quantity: TOP_LOTS });
      assert.equal(await outcome(await x.order(x.alice), over), "maker_price_invalid");
    });

    it("events tell other amounts than were moved", async () => {
      const before = [await x.cash(x.alice), await x.cash(x.bob)] as const;
      const of = (owner: Actor, terms: Partial<Order>) =>
        x.order(owner, { marketId: FEE_MARKET, ...terms });
      const orders = [
        await of(x.alice, { quantity: 100 }),
        await of(x.bob, { side: 1, quantity: 100 }),
        await of(x.bob, { outcome: 0, price: 300 }),
        await of(x.alice, { price: 700 }),
        await of(x.alice, { side: 1, price: 40 }),
        await of(x.bob, { side: 1, outcome: 0, price: 960 }),
      ];
      const fills = [fill(33, 500, 0, 1), fill(77, 700, 2, 3), fill(11, 40, 4, 5)];
      const { fillWords, settled, receipt } = await x.settle(orders, fills);
      assert.equal(settled, 3);
      // What the events alone say about Alice, who is now the taker and now the maker.
      let [cash, yes, no] = [0n, 0n, 0n];
      for (const [index, event] of x.events(receipt, "FillSettled").entries()) {
        const data = decodeFillData(fillWords[index] ?? 0n);
        const takes = event["taker"] === x.alice.address;
        const leg = takes ? data.takerLeg : data.makerLeg;
        const price = leg.outcome === 1 ? data.yesPriceTicks : 1000 - data.yesPriceTicks;
        const sign = leg.side === 0 ? 1n : -1n;
        const lots = sign * BigInt(data.quantityLots);
        cash -= lots * BigInt(price * 10) + (takes ? data.feeMicro : 0n);
        if (leg.outcome === 1) yes += lots;
        else no += lots;
      }
      assert.equal((await x.cash(x.alice)) - before[0], cash);
      const shares = await x.shares(x.alice, FEE_MARKET);
      assert.deepEqual(shares, [1000 + Number(yes), 1000 + Number(no)]);
    });

    it("the operator chooses fills and fees", async () => {
      const terms = { marketId: FEE_MARKET, price: 600, maxFeeBps: 100 };
      const orders = [await x.order(x.alice, terms), await sell({ ...terms, price: 550 })];
      const cash = await x.cash(x.alice);
      // Beyond either limit, and beyond either quantity; then what both signed, its fee by the market's rate.
      const fills = [fill(10, 601), fill(10, 549), fill(101, 600), fill(40, 580), fill(61, 580)];
      const { outcomes, fillWords } = await x.settle(orders, fills);
      assert.deepEqual(
        outcomes.map((reason) => (reason === 0 ? "settled" : skipReasonName(reason))),
        [
          "taker_limit_exceeded",
          "maker_limit_exceeded",
          "taker_overfilled",
          "settled",
          "taker_overfilled",
        ],
      );
      const feeMicro = (40n * 420n * 10n) / 100n;
      assert.equal(decodeFillData(fillWords[0] ?? 0n).feeMicro, feeMicro);
      assert.equal(cash - (await x.cash(x.alice)), 40n * 5800n + feeMicro);
    });

    it("what was invalidated can be granted again", async () => {
      const order = await sell({ nonce: 6n });
      const taker = await x.order(x.alice);
      await x.write(x.bob, "requestCancel", [[6n]]);
      await x.write(x.bob, "raiseCancelFloor", [7n]);
      await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
      await x.write(x.bob, "finalizeCancel", [x.bob.address, [6n]]);
      // Another request, a higher floor, a delegate's signature: none brings it back.
      await x.write(x.bob, "requestCancel", [[6n]]);
      await assertRefused(x.attempt(x.bob, "raiseCancelFloor", [0n]), "FloorNotRaised");
      await x.write(x.bob, "addDelegate", [x.carol.address]);
      const again = await x.order(x.bob, order.order, x.carol);
      for (const maker of [order, again]) {
        assert.equal(await outcome(taker, maker), "maker_nonce_below_floor");
      }
      await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
      await x.write(x.bob, "finalizeCancel", [x.bob.address, [6n]]);
      assert.equal(await x.read("filledLots", [x.bob.address, 6n]), 0xffff_ffff);
    });
  });

  describe("adapters and oracles (OpenZeppelin 2023, UMA)", () => {
    it("anyone can block a market by preparing its condition first", async () => {
      // Terms come with the market, from the exchange alone: nobody can be there before.
      const { address, terms } = await priceFeed();
      const next = (await x.read("marketCount")) + 1n;
      const call = { address, abi: priceFeedResolverAbi, functionName: "marketCreated" };
      for (const caller of [x.carol, x.admin, x.operator]) {
        await assert.rejects(x.chain.write(caller.address, { ...call, args: [next, terms] }));
      }
      const created = await x.createMarket({ resolver: address, resolverData: terms });
      assert.equal(BigInt(created), next);
    });

    it("whoever holds most votes a market against its rules", async () => {
      // Alice holds every share there is, and nobody asks her.
      const marketId = BigInt(await x.createMarket());
      await x.fundShares(x.alice, Number(marketId), 500);
      const { closeTime, resolveDeadline } = await x.read("market", [marketId]);
      await x.chain.travelTo(closeTime + SETTLEMENT_GRACE_SECONDS + 1);
      for (const holder of [x.alice, x.operator, x.admin]) {
        for (const name of ["propose", "resolve"] as const) {
          await assertRefused(x.attempt(holder, name, [marketId, 0]), "NotResolver");
        }
      }
      await x.chain.travelTo(resolveDeadline - 1);
      await assertRefused(x.attempt(x.alice, "voidMarket", [marketId]), "TooEarly");
      await x.write(x.resolver, "resolve", [marketId, 1000]);
    });

    it("a tie cannot be reported, and the reward for an answer gets stuck", async () => {
      const o = await OptimisticFixture.deploy(x);
      const marketId = await o.market();
      await x.fundShares(x.alice, Number(marketId), 7);
      const wallet = await x.walletOf(x.carol);
      await o.proposeInTime(x.carol, marketId, [500]);
      await x.chain.travelTo((await x.chain.now()) + WINDOW_SECONDS);
      await o.write(x.dave, "finalize", [marketId]);
      await x.write(x.dave, "redeem", [x.alice.address, marketId]);
      assert.equal(await x.cash(x.alice), 10_000_000n + 14n * 5000n);
      assert.equal(wallet - (await x.walletOf(x.carol)), BOND_MICRO);
      await o.write(x.carol, "withdrawCredit", [x.carol.address]);
      assert.equal(await x.walletOf(x.carol), wallet);
      assert.equal(await x.walletOf(o.resolver), 0n);
    });
  });

  describe("conditional tokens", () => {
    it("a trade calls the receiver of its tokens back, which can refuse them", async () => {
      const { abi } = await contractArtifact("TrapWallet");
      const wallet = await x.chain.deploy("TrapWallet", x.dave.address);
      x.holders.add(wallet);
      await giveWallet(x.carol, 1_000_000n);
      await x.write(x.carol, "deposit", [wallet, 1_000_000n]);
      const tell = (functionName: string, args: readonly unknown[]) =>
        x.chain.write(x.dave.address, { address: wallet, abi, functionName, args });
      const data = encodeFunctionData({
        abi: exchangeAbi,
        functionName: "addDelegate",
        args: [x.dave.address],
      });
      await tell("execute", [x.exchange, data]);
      await tell("setMood", [REVERTING]);
      const taker = await x.order(x.dave, { maker: wallet });
      assert.equal(await outcome(taker, await sell()), "settled");
      assert.deepEqual(await x.read("sharesOf", [wallet, 1n]), [100n, 0n]);
    });

    it("redeeming against the wrong collateral silently pays nothing", async () => {
      const redeem = (marketId: bigint) =>
        x.attempt(x.alice, "redeem", [x.alice.address, marketId]);
      await assertRefused(redeem(9n), "MarketUnknown");
      await assertRefused(redeem(1n), "MarketNotResolved");
      await x.resolveMarket(1, 1000);
      await x.write(x.carol, "redeem", [x.alice.address, 1n]);
      await assertRefused(redeem(1n), "InsufficientShares");
      await assertRefused(x.attempt(x.alice, "redeemTokens", [1n]), "InsufficientShares");
    });
  });

  /** A price-feed resolver of the exchange, and a market's terms for it. */
  async function priceFeed() {
    const feed = await x.chain.deploy("DevPriceFeed", x.admin.address, ["ETH / USD", 5n]);
    const address = await x.chain.deploy("PriceFeedResolver", x.admin.address, [x.exchange, 600n]);
    return { address, terms: encodePriceCondition({ feed, kind: 1, bandBps: 0, price: 5n }) };
  }
});
