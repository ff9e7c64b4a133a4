import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { readDeploymentFile, writeDeploymentFile } from "../../platform/deployment-file.ts";
import { DEPLOYMENT } from "../offchain-engine/journal/fixtures.ts";

describe("deployment file", () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "agon-deployment-"));
  });
  after(async () => rm(folder, { recursive: true, force: true }));

  it("refuses a file that is not there", async () => {
    const reading = readDeploymentFile(join(folder, "none.json"));
    await assert.rejects(reading, { code: "deployment_missing" });
  });

  it("refuses a file that is not a deployment", async () => {
    for (const text of ["{", "{}", JSON.stringify({ ...DEPLOYMENT, exchange: "0x1" })]) {
      const path = join(folder, "bad.json");
      await writeFile(path, text);
      await assert.rejects(readDeploymentFile(path), { code: "deployment_invalid" });
    }
  });

  it("reads back what it wrote, and leaves no other file behind", async () => {
    const path = join(folder, "new", "deployment.json");
    await writeDeploymentFile(path, DEPLOYMENT);
    await writeDeploymentFile(path, { ...DEPLOYMENT, chainId: 5 });
    assert.deepEqual(await readDeploymentFile(path), { ...DEPLOYMENT, chainId: 5 });
    assert.deepEqual(await readdir(join(folder, "new")), ["deployment.json"]);
  });
});
