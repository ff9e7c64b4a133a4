import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "mocha";
import type { Address, Hex } from "viem";
import { ApiProblem } from "../../../api/problem.ts";
import { checkTerms, checkValidity } from "../../../api/sign-in/check-terms.ts";
import { parseMessage } from "../../../api/sign-in/parse-message.ts";
import { isSignedByKey } from "../../../api/sign-in/verify-sign-in.ts";

type Fields = Record<string, string | number | string[] | undefined>;

interface Verification extends Fields {
  domain: string;
  address: Address;
  statement: string;
  signature: Hex;
  time?: string;
  domainBinding?: string;
  matchNonce?: string;
}

function vectors<Value>(name: string): [string, Value][] {
  const file = new URL(`../../vectors/siwe/${name}.json`, import.meta.url);
  return Object.entries(JSON.parse(readFileSync(file, "utf8")));
}

/** The text of a message; what the fields lack, it lacks. */
function compose(fields: Fields): string {
  const line = (label: string, value: Fields[string]) =>
    value === undefined ? [] : [`${label}: ${value}`];
  const resources = fields["resources"] as string[] | undefined;
  return [
    `${fields["domain"] ?? ""} wants you to sign in with your Ethereum account:`,
    fields["address"] ?? "",
    "",
    ...(fields["statement"] === undefined ? [] : [fields["statement"]]),
    "",
    ...line("URI", fields["uri"]),
    ...line("Version", fields["version"]),
    ...line("Chain ID", fields["chainId"]),
    ...line("Nonce", fields["nonce"]),
    ...line("Issued At", fields["issuedAt"]),
    ...line("Expiration Time", fields["expirationTime"]),
    ...line("Not Before", fields["notBefore"]),
    ...line("Request ID", fields["requestId"]),
    ...(resources === undefined ? [] : ["Resources:", ...resources.map((uri) => `- ${uri}`)]),
  ].join("\n");
}

function refusedField(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof ApiProblem);
    assert.equal(error.code, "siwe_invalid");
    return error.details["field"];
  }
  return null;
}

/** As a server would that expects the vector's terms at the vector's time. */
async function verifies(vector: Verification): Promise<boolean> {
  const text = compose(vector);
  const nowMs = vector.time === undefined ? Date.now() : Date.parse(vector.time);
  try {
    const message = parseMessage(text);
    checkValidity(message, nowMs);
    const { expirationTime: _, notBefore: __, ...undated } = message;
    const own = [message.domain, new URL(message.uri).host];
    checkTerms(
      undated,
      {
        domains: vector.domainBinding === undefined ? own : [vector.domainBinding],
        chainId: 1,
        statement: vector.statement,
        nonceLifetimeSeconds: 10_000_000_000,
      },
      Date.now(),
    );
    const isOwnNonce = message.nonce === (vector.matchNonce ?? message.nonce);
    return isOwnNonce && (await isSignedByKey(message.address, text, vector.signature));
  } catch (error) {
    assert.ok(error instanceof ApiProblem, String(error));
    return false;
  }
}

describe("the EIP-4361 vectors", () => {
  for (const [name, { message, fields }] of vectors<{ message: string; fields: Fields }>(
    "parsing_positive",
  )) {
    it(`parse: ${name}`, () => {
      assert.deepEqual(parseMessage(message), { ...fields, chainId: Number(fields["chainId"]) });
    });
  }

  const negative = [...vectors<string>("parsing_negative"), ...vectors<string>("invalid_uris")];
  for (const [name, message] of negative) {
    it(`do not parse: ${name}`, () => {
      assert.notEqual(
        refusedField(() => parseMessage(message)),
        null,
      );
    });
  }

  for (const [name, fields] of vectors<Fields>("parsing_negative_objects")) {
    it(`do not parse, written out: ${name}`, () => {
      const missing = /^missing (\w+)$/.exec(name)?.[1];
      const field = refusedField(() => parseMessage(compose(fields)));
      assert.notEqual(field, null);
      if (missing) assert.equal(field, missing);
    });
  }

  for (const [name, { msg, error }] of vectors<{ msg: Fields; error: string }>("message_objects")) {
    it(`${error === "none" ? "parse" : "do not parse"}, written out: ${name}`, () => {
      const field = refusedField(() => parseMessage(compose(msg)));
      assert.equal(field === null, error === "none");
    });
  }

  for (const [name, vector] of vectors<Verification>("verification_positive")) {
    it(`verify: ${name}`, async () => assert.equal(await verifies(vector), true));
  }
  for (const [name, vector] of vectors<Verification>("verification_negative")) {
    it(`do not verify: ${name}`, async () => assert.equal(await verifies(vector), false));
  }
});
