import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { type BuildOptions, build } from "esbuild";
import { after, before, describe, it } from "mocha";
import { recoverTypedDataAddress } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import {
  exchangeDomain,
  hashOrder,
  ORDER_TYPES,
  orderMessage,
} from "../../../protocol/order-hash.ts";
import { placeOrderRequestSchema } from "../../../protocol/wire/order.ts";
import { ROOT } from "../../../scripts/start/paths.ts";
import { CHAIN_ID, EXCHANGE_ADDRESS, exchangeReply } from "../fixture/exchange-reply.ts";
import { type PackedSdk, packSdk } from "./packed-sdk.ts";

const run = promisify(execFile);
const BUILD_TIMEOUT_MS = 120_000;
const PAGE_TIMEOUT_MS = 60_000;
const CHROMIUM = "/usr/bin/chromium";
const account = generatePrivateKey();
const { address } = privateKeyToAccount(account);
const bin = join(ROOT, "node_modules", ".bin");

/** The Node that a machine has by itself, an older one than the repository's; else our own. */
function plainNode(): string {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const found = folders
    .filter((folder) => !folder.includes("node_modules"))
    .map((folder) => join(folder, "node"))
    .find((path) => existsSync(path));
  return found ?? process.execPath;
}

/** A signed order that was made elsewhere is the one that this side would have signed. */
async function assertSigned(made: string): Promise<void> {
  const { signed, refusal, isAbi } = JSON.parse(made);
  assert.deepEqual([refusal, isAbi], ["price_out_of_range", true]);
  const { order: json, signature } = placeOrderRequestSchema.parse(signed.request);
  assert.deepEqual([json.price, json.quantity, json.outcome, json.side], [625, 1250, 0, 1]);
  const order = { ...json, nonce: BigInt(json.nonce) };
  const domain = exchangeDomain(CHAIN_ID, EXCHANGE_ADDRESS);
  assert.equal(signed.hash, hashOrder(domain, order));
  const message = orderMessage(order);
  const typed = { domain, types: ORDER_TYPES, primaryType: "Order", message } as const;
  assert.equal(await recoverTypedDataAddress({ ...typed, signature }), address);
}

/** Serves the exchange's description and a page that runs `script`; resolves with what it reports. */
async function reportOfPage(script: string): Promise<string> {
  const profile = mkdtempSync(join(tmpdir(), "agon-chromium-"));
  const page = Promise.withResolvers<string>();
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { url } = request;
    const type = url === "/" ? "text/html" : url === "/page.js" ? "text/javascript" : "text/plain";
    response.setHeader("content-type", `${type}; charset=utf-8`);
    if (url === "/") response.end('<!doctype html><script type="module" src="/page.js"></script>');
    else if (url === "/page.js") response.end(script);
    else if (url === "/v1/exchange") response.end(JSON.stringify(exchangeReply()));
    else response.end();
    if (url === "/report") page.resolve(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const options = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run";
  const quiet = "--disable-background-networking --disable-component-update --disable-sync";
  const flags = [...options.split(" "), ...quiet.split(" "), `--user-data-dir=${profile}`];
  const url = `http://127.0.0.1:${port}/`;
  const browser = spawn(CHROMIUM, [...flags, "--remote-debugging-port=0", url], {
    stdio: "ignore",
  });
  const gone = new Promise<void>((resolve) => browser.once("exit", () => resolve()));
  const timer = setTimeout(() => page.reject(new Error("the page is silent")), PAGE_TIMEOUT_MS);
  try {
    return await page.promise;
  } finally {
    clearTimeout(timer);
    browser.kill();
    await gone;
    server.closeAllConnections();
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

describe("the packed sdk", () => {
  let sdk: PackedSdk;

  before(function pack() {
    this.timeout(BUILD_TIMEOUT_MS);
    sdk = packSdk();
    copyFileSync(new URL("consumer.ts.txt", import.meta.url), join(sdk.folder, "consumer.ts"));
    writeFileSync(join(sdk.folder, "package.json"), JSON.stringify({ type: "module" }));
  });

  after(() => sdk.remove());

  function bundle(options: BuildOptions & { contents: string }): Promise<string> {
    const { contents, ...rest } = options;
    return build({
      stdin: { contents, resolveDir: sdk.folder, loader: "ts" },
      bundle: true,
      format: "esm",
      write: false,
      logLevel: "silent",
      absWorkingDir: sdk.folder,
      ...rest,
    }).then(({ outputFiles }) => outputFiles?.[0]?.text ?? assert.fail("nothing built"));
  }

  it("has modules, their declarations, licence and page, and nothing else", () => {
    const others = sdk.files.filter((path) => !/^dist\/(sdk|protocol)\/.+\.(js|d\.ts)$/.test(path));
    assert.deepEqual(others.sort(), ["LICENSE", "README.md", "package.json"]);
    assert.ok(sdk.files.includes("dist/sdk/index.d.ts"));
  });

  it("imports its own modules by names that exist, and packages that it names", () => {
    const root = join(sdk.folder, "node_modules", "@agon", "sdk");
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const named = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    let seen = 0;
    for (const path of sdk.files.filter((file) => file.startsWith("dist/"))) {
      const text = readFileSync(join(root, path), "utf8");
      for (const [, name = ""] of text.matchAll(/(?:from |import\(|import )"([^"]+)"/g)) {
        seen++;
        if (name.startsWith(".")) {
          assert.ok(existsSync(join(root, path, "..", name)), `${path}: ${name}`);
        } else assert.ok(named.includes(name.split("/")[0] ?? ""), `${path}: ${name}`);
      }
    }
    assert.ok(seen > 100);
  });

  it("type-checks in a strict project, by both ways of resolving modules", async function check() {
    this.timeout(BUILD_TIMEOUT_MS);
    const strict =
      "--strict --noEmit --target es2022 --lib es2022,dom --types --skipLibCheck false";
    const more = "--noUncheckedIndexedAccess --exactOptionalPropertyTypes --verbatimModuleSyntax";
    for (const [module, resolution] of [
      ["nodenext", "nodenext"],
      ["esnext", "bundler"],
    ] as const) {
      const how = ["--module", module, "--moduleResolution", resolution];
      const options = [...`${strict} ${more}`.split(" "), ...how];
      const checked = await run(join(bin, "tsc"), [...options, "consumer.ts"], {
        cwd: sdk.folder,
      }).catch((error: { stdout: string }) => error);
      assert.equal(checked.stdout, "");
    }
  });

  it("signs an order under the machine's plain Node", async () => {
    const script = `
      import { createServer } from "node:http";
      import { signOne } from "./consumer.js";
      const server = createServer((_, response) => response.end(process.env.EXCHANGE));
      await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
      const url = "http://127.0.0.1:" + server.address().port;
      console.log(JSON.stringify(await signOne(url, process.env.KEY)));
      server.close();`;
    const consumer = await bundle({
      contents: readFileSync(join(sdk.folder, "consumer.ts"), "utf8"),
      packages: "external",
      platform: "node",
    });
    writeFileSync(join(sdk.folder, "consumer.js"), consumer);
    writeFileSync(join(sdk.folder, "run.js"), script);
    const env = { ...process.env, KEY: account, EXCHANGE: JSON.stringify(exchangeReply()) };
    const { stdout } = await run(plainNode(), ["run.js"], { cwd: sdk.folder, env });
    await assertSigned(stdout);
  });

  it("signs an order in a browser", async function browse() {
    if (!existsSync(CHROMIUM)) this.skip();
    this.timeout(PAGE_TIMEOUT_MS + 10_000);
    const script = await bundle({
      contents: `
        import { signOne } from "./consumer.ts";
        const report = await signOne(location.origin, ${JSON.stringify(account)})
          .then((made) => JSON.stringify(made), (error) => String(error.stack));
        await fetch("/report", { method: "POST", body: report });`,
      platform: "browser",
    });
    await assertSigned(await reportOfPage(script));
  });
});
