import type { Address, EIP1193Provider } from "viem";

/** A browser wallet: JSON-RPC alone. The development chain holds the key of `account` and signs. */
export function browserWallet(rpcUrl: string, account: Address): Pick<EIP1193Provider, "request"> {
  let id = 0;
  async function request({ method, params }: { method: string; params?: unknown }) {
    if (method === "eth_requestAccounts") return [account.toLowerCase()];
    const body = JSON.stringify({ jsonrpc: "2.0", id: ++id, method, params: params ?? [] });
    const headers = { "content-type": "application/json" };
    const reply = await (await fetch(rpcUrl, { method: "POST", headers, body })).json();
    if (reply.error) throw Object.assign(new Error(reply.error.message), reply.error);
    return reply.result;
  }
  return { request: request as EIP1193Provider["request"] };
}
