import {
  type Address,
  BaseError,
  createPublicClient,
  encodeDeployData,
  erc6492SignatureValidatorAbi,
  erc6492SignatureValidatorByteCode,
  type Hex,
  hashMessage,
  http,
} from "viem";
import { ApiProblem } from "../problem.ts";

/** Enough for the deployment of a proxy and a signature of many owners or of a passkey. */
const GAS_MAX = 3_000_000n;
/** A question that takes so long is given up, and not asked again by itself. */
const TIMEOUT_MS = 5000;
/** Wallets asked at once. */
const ASKED_MAX = 8;
const RETRY_SECONDS = 1;

/** What nodes say when the code failed; anything else they say is about themselves. */
const CODE_FAILED =
  /revert|out of gas|gas required exceeds|invalid opcode|invalidfefopcode|opcodenotfound|stack (under|over)flow|invalid jump|vm exception/i;

const RPC_REVERTED = 3;

/** Whether the chain answered that the code failed, rather than did not answer. */
function isAnswer(error: unknown): boolean {
  if (!(error instanceof BaseError)) return false;
  const answer = error.walk((cause) => typeof (cause as { code?: unknown })?.code === "number");
  if (answer === null) return false;
  const { code, message, details } = answer as Error & { code: number; details?: string };
  return code === RPC_REVERTED || CODE_FAILED.test(`${details ?? ""} ${message}`);
}

/** Asks contract wallets about signatures: ERC-1271, and ERC-6492 for one that is not deployed yet. */
export interface WalletAsker {
  /**
   * Whether the wallet takes the message as signed (EIP-191). Its code is a stranger's: it gets a bound of gas, and
   * hands back one byte. What it fails at is a no; what the chain fails at is `chain_unavailable`.
   * @throws ApiProblem `chain_unavailable`
   */
  accepts(wallet: Address, message: string, signature: Hex): Promise<boolean>;
}

const ERC_6492_MARK = "6492".repeat(16);

export function createWalletAsker(rpcUrl: string): WalletAsker {
  const client = createPublicClient({
    cacheTime: 0,
    transport: http(rpcUrl, { timeout: TIMEOUT_MS, retryCount: 0 }),
  });
  let asked = 0;

  async function ask(wallet: Address, message: string, signature: Hex): Promise<boolean> {
    const isCounterfactual = signature.endsWith(ERC_6492_MARK);
    const code = await client.getCode({ address: wallet });
    if (code === undefined && !isCounterfactual) return false;
    const data = encodeDeployData({
      abi: erc6492SignatureValidatorAbi,
      bytecode: erc6492SignatureValidatorByteCode,
      args: [wallet, hashMessage(message), signature],
    });
    const answer = await client.call({ data, gas: GAS_MAX });
    return answer.data === "0x01";
  }

  return {
    async accepts(wallet, message, signature) {
      if (asked >= ASKED_MAX) {
        throw new ApiProblem("chain_unavailable", { retryAfterSeconds: RETRY_SECONDS });
      }
      asked += 1;
      try {
        return await ask(wallet, message, signature);
      } catch (cause) {
        if (isAnswer(cause)) return false;
        throw new ApiProblem("chain_unavailable", { cause, retryAfterSeconds: RETRY_SECONDS });
      } finally {
        asked -= 1;
      }
    },
  };
}
