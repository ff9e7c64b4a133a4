import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { publicRpcUrl } from "../../../api/exchange/public-rpc-url.ts";

const DEVELOPMENT = 31_337;
const MAINNET = 1;

describe("the RPC that clients are told of", () => {
  const kept: [what: string, rpcUrl: string, chainId: number][] = [
    ["a provider's endpoint", "https://rpc.example", MAINNET],
    ["a provider's key in the path", "https://rpc.example/v3/key", MAINNET],
    ["a key in the path, on a development chain too", "https://rpc.example/v3/key", DEVELOPMENT],
    ["a password", "http://user:secret@127.0.0.1:8546", DEVELOPMENT],
    ["a key in the query", "http://localhost:8546/?key=secret", DEVELOPMENT],
  ];
  for (const [what, rpcUrl, chainId] of kept) {
    it(`is none, when all there is is ${what}`, () => {
      assert.equal(publicRpcUrl({ RPC_URL: rpcUrl }, chainId), null);
    });
  }

  it("is our own, when that is a development node at a bare host", () => {
    for (const [rpcUrl, chainId] of [
      ["http://chain:8546", DEVELOPMENT],
      ["http://127.0.0.1:8546/", MAINNET],
    ] as const) {
      assert.equal(publicRpcUrl({ RPC_URL: rpcUrl }, chainId), rpcUrl);
    }
  });

  it("is what the operator says it is", () => {
    const told = "https://public.example/v1/shown";
    assert.equal(publicRpcUrl({ RPC_URL: "http://a", PUBLIC_RPC_URL: told }, DEVELOPMENT), told);
    assert.equal(publicRpcUrl({}, DEVELOPMENT), null);
  });
});
