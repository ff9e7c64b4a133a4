import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../start/paths.ts";
import type { ExchangeUnderCrash } from "./exchange-under-crash.ts";
import { Violation } from "./violation.ts";

/**
 * `npm run audit` over the journal that so many engines have written: each fill took the best price and the
 * oldest order, each batch anchors the journal's hash, and nothing settled that the journal has not.
 */
export async function checkAudit({ apiUrl, rpcUrl }: ExchangeUnderCrash): Promise<void> {
  const script = join(ROOT, "scripts", "audit.ts");
  const parameters = [script, "--api", apiUrl, "--rpc", rpcUrl];
  await promisify(execFile)(process.execPath, parameters).catch(
    ({ stdout = "", stderr = "" }: { stdout?: string; stderr?: string }) => {
      throw new Violation("the journal can be audited", `${stdout}${stderr}`.slice(-1_500));
    },
  );
}
