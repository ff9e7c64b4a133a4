import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { z } from "zod";
import { env, loadConfig } from "../../platform/config.ts";
import { StartError } from "../../platform/start-error.ts";

const schema = z.object({
  DATABASE_URL: env.databaseUrl,
  REDIS_URL: env.redisUrl,
  LOG_LEVEL: env.logLevel,
  PORT: env.port.default(8080),
  OPERATOR_PRIVATE_KEY: env.privateKey.optional(),
  MAX_AGE_MS: env.integer(0, 1_000, 200),
});

function refusal(environment: NodeJS.ProcessEnv): StartError {
  try {
    loadConfig(schema, environment);
  } catch (error) {
    assert.ok(error instanceof StartError);
    return error;
  }
  assert.fail("the configuration was accepted");
}

describe("configuration", () => {
  const DATABASE_URL = "postgresql://agon:agon@127.0.0.1:5432/agon";

  it("refuses a missing variable by its name", () => {
    const error = refusal({});
    assert.equal(error.code, "config_invalid");
    assert.match(error.message, /^DATABASE_URL /);
  });

  it("says one sentence for each wrong variable", () => {
    const error = refusal({ DATABASE_URL: "mysql://x", PORT: "70000", LOG_LEVEL: "loud" });
    const names = error.message.split("\n").map((line) => line.split(" ")[0]);
    assert.deepEqual(names.sort(), ["DATABASE_URL", "LOG_LEVEL", "PORT"]);
  });

  it("never repeats a wrong secret", () => {
    const secret = "0xdeadbeef";
    const error = refusal({ DATABASE_URL, OPERATOR_PRIVATE_KEY: secret });
    assert.match(error.message, /OPERATOR_PRIVATE_KEY/);
    assert.doesNotMatch(error.message, /deadbeef/);
  });

  it("refuses numbers that are not whole or out of range", () => {
    for (const MAX_AGE_MS of ["1.5", "-1", "1001", "many"]) {
      assert.equal(refusal({ DATABASE_URL, MAX_AGE_MS }).code, "config_invalid");
    }
  });

  it("takes an empty variable as absent and fills in defaults", () => {
    const config = loadConfig(schema, { DATABASE_URL, REDIS_URL: "", PORT: "" });
    assert.deepEqual(config, { DATABASE_URL, LOG_LEVEL: "info", PORT: 8080, MAX_AGE_MS: 200 });
    assert.ok(Object.isFrozen(config));
  });
});
