import { readFileSync } from "node:fs";
import { type Deployment, deploymentSchema } from "../protocol/deployment.ts";
import { IndexerError } from "./start-error.ts";

/** Reads a deployment's JSON. @throws IndexerError `deployment_missing`, `deployment_invalid`. */
export function readDeployment(path: string): Deployment {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new IndexerError(
      "deployment_missing",
      `The deployment file ${path} cannot be read; deploy first, or set DEPLOYMENT_FILE.`,
      { cause },
    );
  }
  try {
    return deploymentSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new IndexerError(
      "deployment_invalid",
      `The deployment file ${path} does not describe a deployment; deploy again.`,
      { cause },
    );
  }
}
