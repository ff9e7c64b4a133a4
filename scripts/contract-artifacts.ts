import hre from "hardhat";
import type { Abi, Hex } from "viem";

/** What a deployment needs of a compiled contract. */
export interface ContractArtifact {
  abi: Abi;
  bytecode: Hex;
  /** The code as it lies on chain, immutables blank. */
  deployedBytecode: Hex;
}

let built: Promise<unknown> | undefined;

/** Compiles what changed since the last time; at once when nothing did. Runs once in a process. */
export function buildContracts(): Promise<unknown> {
  built ??= hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  return built;
}

/** The compiled contract `name`, for example `Exchange`. */
export async function contractArtifact(name: string): Promise<ContractArtifact> {
  await buildContracts();
  const { abi, bytecode, deployedBytecode } = await hre.artifacts.readArtifact(name);
  return { abi: abi as Abi, bytecode: bytecode as Hex, deployedBytecode: deployedBytecode as Hex };
}
