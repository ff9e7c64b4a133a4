import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, it } from "mocha";
import { contractArtifact } from "../../../scripts/contract-artifacts.ts";
import { measureGas } from "./scenarios.ts";

const SNAPSHOT = new URL("./gas-snapshot.json", import.meta.url);
/** A figure may drift so far from the committed one; farther, and the snapshot is to be reviewed and written anew. */
const TOLERANCE = 0.01;
/** EIP-170. */
const MAX_CODE_BYTES = 24_576;

describe("gas", () => {
  const committed: Record<string, number> = JSON.parse(readFileSync(SNAPSHOT, "utf8"));
  let measured: Record<string, number>;
  before(async () => {
    measured = await measureGas();
  });

  it("is measured for each committed figure, and for no other", () => {
    assert.deepEqual(Object.keys(measured).sort(), Object.keys(committed).sort());
  });

  for (const [name, expected] of Object.entries(committed)) {
    it(`of ${name} is ${expected}`, () => {
      const found = measured[name] ?? 0;
      const drift = Math.abs(found - expected) / expected;
      assert.ok(drift <= TOLERANCE, `${name} is ${found}, committed ${expected}`);
    });
  }

  it("of mint and merge stays within 7,000 of a transfer, however many makers", () => {
    for (const size of ["1x1", "1x20"]) {
      for (const kind of ["mint", "merge"]) {
        const more =
          (measured[`${kind}_${size}_first`] ?? 0) - (measured[`comp_${size}_first`] ?? 0);
        assert.ok(more < 7000, `${kind} ${size} costs ${more} more`);
      }
    }
  });

  it("lets the exchange's code fit into a contract", async () => {
    const { deployedBytecode } = await contractArtifact("Exchange");
    assert.ok(deployedBytecode.length / 2 - 1 <= MAX_CODE_BYTES);
  });
});
