import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { apiConfigSchema } from "../../api/config.ts";
import { loadConfig } from "../../platform/config.ts";

const DATABASE_URL = "postgresql://agon@127.0.0.1:5432/agon";

describe("the api's configuration", () => {
  it("refuses sessions that last longer than the longest", () => {
    const lengths = { SESSION_LIFETIME_S: "3600", SESSION_LONGEST_S: "3599" };
    assert.throws(() => loadConfig(apiConfigSchema, { DATABASE_URL, ...lengths }), {
      code: "config_invalid",
      message: /^SESSION_LIFETIME_S /,
    });
    const same = { ...lengths, SESSION_LONGEST_S: "3600" };
    assert.equal(loadConfig(apiConfigSchema, { DATABASE_URL, ...same }).SESSION_LONGEST_S, 3600);
  });
});
