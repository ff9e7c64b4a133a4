import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { devCollateralAbi } from "../../protocol/abi/dev-collateral.ts";
import { devPriceFeedAbi } from "../../protocol/abi/dev-price-feed.ts";
import { useExchange } from "./support/exchange-fixture.ts";

describe("contracts of development chains", () => {
  const x = useExchange();

  it("give collateral of 6 decimals to anyone, up to a cap a call", async () => {
    const contract = { address: x.collateral, abi: devCollateralAbi } as const;
    const cap = await x.chain.reader.readContract({
      ...contract,
      functionName: "FAUCET_CAP_MICRO",
    });
    await assert.rejects(x.faucet(x.alice, cap + 1n));
    await x.faucet(x.alice, cap);
    assert.equal(await x.walletOf(x.alice), 1_000_000_000_000n);
    assert.equal(await x.chain.reader.readContract({ ...contract, functionName: "decimals" }), 6);
  });

  it("publish rounds of their owner only", async () => {
    const address = await x.chain.deploy("DevPriceFeed", x.admin.address, ["ETH / USD", 5n]);
    const contract = { address, abi: devPriceFeedAbi } as const;
    const push = { ...contract, functionName: "push", args: [6n] } as const;
    await assert.rejects(x.chain.write(x.alice.address, push));
    await x.chain.write(x.admin.address, push);
    const phase = { ...contract, functionName: "beginPhase", args: [7n] } as const;
    await assert.rejects(x.chain.write(x.alice.address, phase));
    const read = x.chain.reader.readContract;
    const latest = await read({ ...contract, functionName: "latestRoundData" });
    assert.deepEqual(latest.slice(0, 2), [2n, 6n]);
    const first = await read({ ...contract, functionName: "getRoundData", args: [1n] });
    assert.deepEqual(first.slice(0, 2), [1n, 5n]);
    for (const roundId of [0n, 3n]) {
      await assert.rejects(read({ ...contract, functionName: "getRoundData", args: [roundId] }));
    }
    await x.chain.write(x.admin.address, phase);
    const changed = await read({ ...contract, functionName: "latestRoundData" });
    assert.deepEqual(changed.slice(0, 2), [(1n << 64n) + 1n, 7n]);
    assert.equal(await read({ ...contract, functionName: "decimals" }), 8);
    assert.equal(await read({ ...contract, functionName: "description" }), "ETH / USD");
  });
});
