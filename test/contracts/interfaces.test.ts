import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { type Abi, type Hex, numberToHex, toFunctionSelector } from "viem";
import { contractArtifact } from "../../scripts/contract-artifacts.ts";
import { useExchange } from "./support/exchange-fixture.ts";

const FOLDER = join(import.meta.dirname, "..", "..", "contracts", "interfaces");
const ERC165 = "0x01ffc9a7";
const ERC5267 = "0x84b0196e";

/** EIP-165: the XOR of all selectors. */
function interfaceIdOf(abi: Abi): Hex {
  let id = 0;
  for (const item of abi) if (item.type === "function") id ^= Number(toFunctionSelector(item));
  return numberToHex(id >>> 0, { size: 4 });
}

interface Declaration {
  what: string;
  doc: string;
  params: string[];
  returns: string[];
}

/** Every function, event and error of a source, with the `///` block right above it. */
function declarationsOf(source: string): Declaration[] {
  const found: Declaration[] = [];
  const pattern =
    /((?:[ ]{4}\/\/\/.*\n)*)[ ]{4}(function|event|error) (\w+)\(([^)]*)\)(?:[^;]*?returns \(([^)]*)\))?[^;]*;/g;
  for (const [, doc = "", kind, name, params = "", returns = ""] of source.matchAll(pattern)) {
    found.push({ what: `${kind} ${name}`, doc, params: list(params), returns: list(returns) });
  }
  return found;
}

function list(text: string): string[] {
  return text.trim() === "" ? [] : text.split(",").map((part) => part.trim());
}

/** The name of a declared parameter; empty when it has none. */
function nameOf(parameter: string): string {
  const words = parameter.split(/\s+/).filter((word) => !/^(indexed|memory|calldata)$/.test(word));
  return words.length > 1 ? (words.at(-1) ?? "") : "";
}

describe("the interfaces", () => {
  const x = useExchange();

  it("document every function, event and error with each of its parameters", () => {
    const missing: string[] = [];
    let count = 0;
    for (const file of readdirSync(FOLDER)) {
      const source = readFileSync(join(FOLDER, file), "utf8");
      for (const { what, doc, params, returns } of declarationsOf(source)) {
        count++;
        const lacks = (tag: string) =>
          !doc.includes(tag) && missing.push(`${file}: ${what} ${tag}`);
        lacks("@notice");
        for (const parameter of params) lacks(`@param ${nameOf(parameter)}`);
        if (returns.length !== doc.split("@return").length - 1)
          missing.push(`${file}: ${what} @return`);
        for (const value of returns) if (nameOf(value)) lacks(`@return ${nameOf(value)}`);
      }
    }
    assert.deepEqual(missing, []);
    assert.ok(count > 100, `${count} declarations were found`);
  });

  it("are what the exchange says that it is by EIP-165", async () => {
    const supports = (id: Hex) => x.read("supportsInterface", [id]);
    const { abi } = await contractArtifact("IExchange");
    assert.equal(await supports("0xffffffff"), false);
    assert.equal(await supports("0x00000000"), false);
    assert.equal(await supports(ERC165), true);
    assert.equal(await supports(ERC5267), true);
    assert.equal(await supports(interfaceIdOf(abi)), true);
  });

  it("tell the EIP-712 domain by EIP-5267", async () => {
    const [, name, version, chainId, verifyingContract] = await x.read("eip712Domain");
    assert.deepEqual([name, version, chainId], ["Agon", "1", 31_337n]);
    assert.equal(verifyingContract.toLowerCase(), x.exchange.toLowerCase());
  });
});
