import assert from "node:assert/strict";
import { afterEach, describe, it } from "mocha";
import { connect } from "../../sdk/client.ts";
import {
  type Answer,
  problem,
  type ScriptedServer,
  startScriptedServer,
} from "./fixture/scripted-server.ts";

const ID = "ab".repeat(16);
const away: Answer = { status: 503, body: {} };

describe("the end of a session or an API key", () => {
  let server: ScriptedServer;

  async function serve(...answers: Answer[]) {
    const last = answers.at(-1) ?? assert.fail();
    server = await startScriptedServer((_request, count) => answers[count - 1] ?? last);
    return connect(server.url, { retry: { baseDelayMs: 1, maxDelayMs: 4 } });
  }

  afterEach(() => server.stop());

  it("fails where the first attempt finds nothing to end", async () => {
    const client = await serve(problem(404, "api_key_unknown"));
    await assert.rejects(client.revokeApiKey(ID), { code: "api_key_unknown" });
    assert.equal(server.seen.length, 1);
  });

  it("needs no Idempotency-Key, and is reached where a repetition finds it gone", async () => {
    const client = await serve(away, problem(404, "api_key_unknown"));
    await client.revokeApiKey(ID);
    assert.equal(server.seen.length, 2);
    for (const { headers } of server.seen) assert.equal(headers["idempotency-key"], undefined);
  });

  it("is reached by a repetition for a session too", async () => {
    const client = await serve(away, problem(404, "session_unknown"));
    await client.endSession(ID);
    assert.equal(server.seen.length, 2);
  });
});
