import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { type Deployment, deploymentSchema } from "../protocol/deployment.ts";
import { StartError } from "./start-error.ts";

/** Reads a deployment's JSON. @throws StartError `deployment_missing`, `deployment_invalid`. */
export async function readDeploymentFile(path: string): Promise<Deployment> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new StartError(
      "deployment_missing",
      `The deployment file ${path} cannot be read; deploy first, or set DEPLOYMENT_FILE.`,
      { cause },
    );
  }
  return parseDeployment(path, text);
}

function parseDeployment(path: string, text: string): Deployment {
  try {
    return deploymentSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new StartError(
      "deployment_invalid",
      `The deployment file ${path} does not describe a deployment; deploy again.`,
      { cause },
    );
  }
}

/** Writes a deployment's JSON so that a reader sees the old file or the new one, never a part. */
export async function writeDeploymentFile(path: string, deployment: Deployment): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}.partial`;
  await writeFile(partial, `${JSON.stringify(deployment, null, 2)}\n`);
  await rename(partial, path);
}
