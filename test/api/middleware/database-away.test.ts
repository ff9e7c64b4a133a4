import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { isDatabaseAway } from "../../../api/middleware/database-away.ts";
import { issueToken } from "../../../api/sign-in/credential-token.ts";
import { createLog } from "../../../platform/log.ts";
import { createPool } from "../../../platform/postgres/pool.ts";
import { useApiWorld } from "../support/api-world.ts";
import { REFUSALS, startRefusingPostgres } from "../support/refusing-postgres.ts";

/** Well formed, so that it is looked up. */
const TOKEN = issueToken("session").token;

for (const refusal of Object.keys(REFUSALS) as (keyof typeof REFUSALS)[]) {
  describe(`a database that is ${refusal}`, () => {
    const world = useApiWorld({}, async () => {
      const { databaseUrl, stop } = await startRefusingPostgres(refusal);
      return { environment: { DATABASE_URL: databaseUrl }, stopChain: stop };
    });

    it("is told by a code that invites to retry, where a session is looked up", async () => {
      for (const [method, path] of [
        ["GET", "/v1/account/balance"],
        ["DELETE", "/v1/orders"],
        ["POST", "/v1/orders"],
      ] as const) {
        const { status, body, headers } = await world().call(method, path, { token: TOKEN });
        assert.equal(status, 503, `${method} ${path}`);
        assert.equal(body.code, "database_unavailable");
        assert.equal(headers.get("retry-after"), "1");
      }
    });

    it("is told so for a nonce too", async () => {
      const { body } = await world().call("GET", "/v1/auth/nonce");
      assert.equal(body.code, "database_unavailable");
    });
  });
}

describe("a database that does not answer", () => {
  it("is recognised in what the pool throws, and in a pool that waited in vain", async () => {
    const log = createLog({ service: "test", level: "fatal" });
    const { databaseUrl, stop } = await startRefusingPostgres("full");
    const pool = createPool({ databaseUrl, log, applicationName: "test" });
    const error = await pool.query("SELECT 1").catch((thrown: unknown) => thrown);
    await pool.end();
    await stop();
    assert.equal(isDatabaseAway(error), true);
    assert.equal(isDatabaseAway(new Error("timeout exceeded when trying to connect")), true);
  });

  it("is not seen in a wrong query or a bug", () => {
    assert.equal(isDatabaseAway(Object.assign(new Error("syntax"), { code: "42601" })), false);
    assert.equal(isDatabaseAway(new TypeError("x is not a function")), false);
    assert.equal(isDatabaseAway(null), false);
  });
});
