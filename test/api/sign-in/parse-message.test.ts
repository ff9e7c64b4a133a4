import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "mocha";
import { SiweMessage } from "siwe";
import { ApiProblem } from "../../../api/problem.ts";
import { parseMessage } from "../../../api/sign-in/parse-message.ts";
import { rfc3339Ms } from "../../../api/sign-in/rfc3339.ts";

const HEAD =
  "service.org wants you to sign in with your Ethereum account:\n0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2\n";
const TAIL =
  "URI: https://service.org/login\nVersion: 1\nChain ID: 1\nNonce: 32891757\nIssued At: 2021-09-30T16:25:24Z";
const WHOLE = `${HEAD}\nI accept.\n\n${TAIL}`;

/** Hosts that DNS has. The reference takes any RFC 3986 name, `a~b` and `a..b` too, against its own vector. */
const DNS_HOST = /^(.*@)?(\[.*\]|([a-z0-9]+(-+[a-z0-9]+)*\.?)+)(:\d*)?$/i;

/** Whether the reference library takes it. */
function isTakenByReference(text: string): boolean {
  try {
    return DNS_HOST.test(new SiweMessage(text).domain);
  } catch {
    return false;
  }
}

function isTaken(text: string): boolean {
  try {
    parseMessage(text);
    return true;
  } catch (error) {
    assert.ok(error instanceof ApiProblem, String(error));
    assert.equal(error.code, "siwe_invalid");
    assert.equal(typeof error.details["field"], "string");
    return false;
  }
}

/** A small generator of numbers below `bound`, the same for the same seed. */
function drawFrom(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

describe("the parser of sign-in messages", () => {
  const wrong: [what: string, text: string, field: string][] = [
    ["nothing", "", "message"],
    ["another language", WHOLE.replace("wants you", "wants us"), "message"],
    ["carriage returns", WHOLE.replaceAll("\n", "\r\n"), "message"],
    ["a line break at the end", `${WHOLE}\n`, "message"],
    ["a field twice", `${WHOLE}\nRequest ID: a\nRequest ID: b`, "message"],
    ["an unknown field", `${WHOLE}\nAmount: 1`, "message"],
    ["a letter that looks like another", WHOLE.replace("service", "sеrvice"), "domain"],
    ["a host with a space", WHOLE.replace("service.org w", "service .org w"), "domain"],
    ["an address in lower case", WHOLE.replace(/0x\w+/, (hex) => hex.toLowerCase()), "address"],
    ["a statement with a quote", WHOLE.replace("accept", '"accept"'), "statement"],
    [
      "a chain id that is no safe integer",
      WHOLE.replace("ID: 1", `ID: ${"9".repeat(17)}`),
      "chainId",
    ],
    ["a time without an offset", WHOLE.replace("24Z", "24"), "issuedAt"],
    ["the 30th of February", WHOLE.replace("09-30", "02-30"), "issuedAt"],
    ["a nonce with a hyphen", WHOLE.replace("32891757", "3289-1757"), "nonce"],
    ["a resource without a dash", `${WHOLE}\nResources:\nhttps://a.example`, "resources"],
    ["a request id with a space", `${WHOLE}\nRequest ID: a b`, "requestId"],
  ];
  for (const [what, text, field] of wrong) {
    it(`refuses ${what}, naming the field`, () => {
      assert.throws(
        () => parseMessage(text),
        (error) => error instanceof ApiProblem && error.details["field"] === field,
      );
    });
  }

  it("takes each form of the statement, a scheme, IPv6 hosts, offsets and empty extras", () => {
    assert.equal(parseMessage(`${HEAD}\n\n${TAIL}`).statement, undefined);
    assert.equal(parseMessage(`${HEAD}\n\n\n${TAIL}`).statement, "");
    assert.equal(parseMessage(WHOLE).statement, "I accept.");
    assert.equal(parseMessage(`https://${WHOLE}`).scheme, "https");
    assert.equal(parseMessage(WHOLE.replace("service.org", "[::1]:8443")).domain, "[::1]:8443");
    const { issuedAt } = parseMessage(WHOLE.replace("24Z", "24.5+02:00"));
    assert.equal(rfc3339Ms(issuedAt), Date.UTC(2021, 8, 30, 14, 25, 24, 500));
    const bare = parseMessage(`${WHOLE}\nRequest ID: \nResources:`);
    assert.deepEqual([bare.requestId, bare.resources], ["", []]);
  });

  it("knows every day of the calendar and the leap second", () => {
    for (const [text, ms] of [
      ["2024-02-29T00:00:00Z", Date.UTC(2024, 1, 29)],
      ["2023-02-29T00:00:00Z", null],
      ["0001-01-01T00:00:00Z", -62_135_596_800_000],
      ["2016-12-31T23:59:60Z", Date.UTC(2017, 0, 1)],
      ["2016-12-31T23:59:61Z", null],
      ["2016-12-31T24:00:00Z", null],
      ["2016-12-31T20:00:00-04:30", Date.UTC(2017, 0, 1, 0, 30)],
      ["2016-12-31T20:00:00.9999Z", Date.UTC(2016, 11, 31, 20, 0, 0, 999)],
      ["2016-13-31T20:00:00Z", null],
    ] as const) {
      assert.equal(rfc3339Ms(text), ms, text);
    }
  });

  it("agrees with the reference library on 1,500 spoilt messages", () => {
    const seed = Number(process.env["SEED"] ?? 4361);
    const draw = drawFrom(seed);
    const file = new URL("../../vectors/siwe/parsing_negative.json", import.meta.url);
    const negative = Object.values<string>(JSON.parse(readFileSync(file, "utf8")));
    const sources = [
      WHOLE,
      `${HEAD}\n\n${TAIL}`,
      `${WHOLE}\nExpiration Time: 2030-01-01T00:00:00+01:00\nNot Before: 2020-01-01T00:00:00Z\nRequest ID: a%20b\nResources:\n- ftp://[::1]/x?y#z\n- urn:a:b`,
      ...negative.slice(6, 9),
    ];
    const letters = '\n :/@?#[]%-._~0129aTZz+"<\u00e9';
    let taken = 0;
    for (let round = 0; round < 1500; round++) {
      const source = sources[draw(sources.length)] as string;
      const at = draw(source.length + 1);
      const letter = letters[draw(letters.length)];
      const cut = draw(3);
      const text = source.slice(0, at) + (draw(4) > 0 ? letter : "") + source.slice(at + cut);
      const expected = isTakenByReference(text);
      taken += expected ? 1 : 0;
      assert.equal(isTaken(text), expected, `seed ${seed}: ${JSON.stringify(text)}`);
    }
    assert.ok(taken > 100 && taken < 1400, `${taken} of them are valid`);
  });

  it("needs little for the longest messages there can be", () => {
    const longest = [
      `${WHOLE}\nResources:${"\n- a:b".repeat(600)}`,
      WHOLE.replace("https://service.org/login", `a:${"%20/".repeat(900)}"`),
      WHOLE.replace("service.org", `${"a-".repeat(1900)}_`),
      WHOLE.replace("service.org", `${"a.".repeat(1900)}!`),
      WHOLE.replace("I accept.", `${"a".repeat(3800)}"`),
    ];
    const startedAt = process.cpuUsage();
    for (let round = 0; round < 20; round++) for (const text of longest) isTaken(text);
    const { user } = process.cpuUsage(startedAt);
    // A parser that tries again and again takes seconds for some of these; this one under 0.1 s for all.
    assert.ok(user < 1_000_000, `${user} µs`);
  });
});
