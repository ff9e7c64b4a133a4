import { type Address, parseAbi } from "viem";
import type { ChainReader } from "../chain/chain-reader.ts";

export interface CollateralDomain {
  name: string;
  version: string;
}

/** What OpenZeppelin's permit uses unless told otherwise. */
const USUAL_VERSION = "1";

const ABI = parseAbi([
  "function name() view returns (string)",
  "function eip712Domain() view returns (bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)",
]);

const known = new Map<Address, CollateralDomain>();

/** Name and version of the token's permit domain, read once (EIP-5267, else its name). */
export async function readCollateral(
  chain: ChainReader | null,
  token: Address,
): Promise<CollateralDomain> {
  const cached = known.get(token);
  if (cached) return cached;
  const read = chain ? await readDomain(chain, token) : null;
  if (read) known.set(token, read);
  return read ?? { name: "", version: USUAL_VERSION };
}

async function readDomain(chain: ChainReader, address: Address): Promise<CollateralDomain | null> {
  try {
    const [, name, version] = await chain.client.readContract({
      address,
      abi: ABI,
      functionName: "eip712Domain",
    });
    return { name, version };
  } catch {
    return readName(chain, address);
  }
}

async function readName(chain: ChainReader, address: Address): Promise<CollateralDomain | null> {
  try {
    const name = await chain.client.readContract({ address, abi: ABI, functionName: "name" });
    return { name, version: USUAL_VERSION };
  } catch {
    return null; // the chain is away: asked again next time
  }
}
