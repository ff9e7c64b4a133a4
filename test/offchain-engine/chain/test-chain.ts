import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A Hardhat chain of a test's own, in a process of its own. */
export interface TestChain {
  rpcUrl: string;
  port: number;
  /** Calls a JSON-RPC method. @throws Error with the node's message. */
  rpc<Result = unknown>(method: string, ...params: unknown[]): Promise<Result>;
  stop(): Promise<void>;
}

const CHAIN_SCRIPT = fileURLToPath(new URL("../../../scripts/chain.ts", import.meta.url));

/** Starts a chain; on a free port when none is named. */
export async function startTestChain(port = 0): Promise<TestChain> {
  const child = spawn(process.execPath, [CHAIN_SCRIPT], {
    env: { ...process.env, CHAIN_HOST: "127.0.0.1", CHAIN_PORT: String(port) },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const [ready] = (await Promise.race([
    once(child, "message"),
    once(child, "exit").then(() => Promise.reject(new Error("the test chain ended at its start"))),
  ])) as [{ port: number }];
  const rpcUrl = `http://127.0.0.1:${ready.port}`;
  return {
    rpcUrl,
    port: ready.port,
    rpc: (method, ...params) => callRpc(rpcUrl, method, params),
    stop: () => stopChild(child),
  };
}

async function callRpc<Result>(rpcUrl: string, method: string, params: unknown[]): Promise<Result> {
  const response = await fetch(rpcUrl, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  const reply = (await response.json()) as { result: Result; error?: { message: string } };
  if (reply.error) throw new Error(`${method}: ${reply.error.message}`);
  return reply.result;
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
}
