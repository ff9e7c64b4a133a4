import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { EngineRequest, StatusReply } from "../../protocol/engine/request.ts";
import { type ExchangeUnderCrash, READY_TIMEOUT_MS } from "./exchange-under-crash.ts";
import type { SupervisedProcess } from "./supervised-process.ts";
import type { Trader } from "./trader.ts";
import { promised, Violation } from "./violation.ts";

const SCRIPT = fileURLToPath(new URL("./replay-journal.ts", import.meta.url));
const STATUS_TIMEOUT_MS = 10_000;

interface EngineState {
  seq: number;
  stateHash: string | null;
  /** Null where only a log line tells. */
  journalHash: string | null;
}

/** Where the engine says that it stands. */
async function engineState({ bus, engine }: ExchangeUnderCrash): Promise<EngineState> {
  if (bus === null) return restoredState(engine);
  const request: EngineRequest = { type: "status", withStateHash: true };
  const result = await bus.request(request, { timeoutMs: STATUS_TIMEOUT_MS });
  if (!result.ok) throw new Error(`the engine does not tell its status: ${result.code}`);
  return result.reply as StatusReply;
}

/** No bus reaches into the one process: it is killed once more, and says what it has restored. */
async function restoredState(engine: SupervisedProcess): Promise<EngineState> {
  await engine.kill();
  await engine.ready(READY_TIMEOUT_MS);
  const said = [...engine.tail().matchAll(/"seq":(\d+),"stateHash":"([0-9a-f]+)"/g)].at(-1);
  promised(said !== undefined, "a start tells its state", engine.tail());
  return { seq: Number(said[1]), stateHash: said[2] as string, journalHash: null };
}

/** Resolves once the engine's tables hold all that is durable now. */
export async function reachTables({ bus }: ExchangeUnderCrash, { patient }: Trader): Promise<void> {
  // Each read of them waits for them.
  if (bus === null) return void (await patient.listOrders({ limit: 1 }));
  const request: EngineRequest = { type: "tables" };
  const untilMs = Date.now() + STATUS_TIMEOUT_MS;
  for (;;) {
    // The engine itself gives up after a second or two.
    const result = await bus.request(request, { timeoutMs: STATUS_TIMEOUT_MS });
    if (result.ok) return;
    if (Date.now() > untilMs) throw new Error(`the engine's tables are behind: ${result.code}`);
  }
}

/**
 * The journal replayed by another process gives the state hash that the running engine tells at the same
 * sequence, a whole hash chain, and a ledger that recounts. Gives the sequence.
 */
export async function checkReplay(exchange: ExchangeUnderCrash): Promise<number> {
  const status = await engineState(exchange);
  const env = {
    ...process.env,
    DATABASE_URL: exchange.postgres.databaseUrl,
    DEPLOYMENT_FILE: exchange.deploymentFile,
    THROUGH_SEQ: String(status.seq),
  };
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT], { env }).catch(
    (error: { stderr?: string }) => {
      throw new Violation("the journal replays", error.stderr?.slice(-500) ?? String(error));
    },
  );
  const replayed = JSON.parse(stdout) as {
    journalHash: string;
    stateHash: string;
    audit: string[];
  };
  const { seq, stateHash, journalHash } = status;
  const at = `at ${seq}`;
  promised(replayed.stateHash === stateHash, "the same state after replay", () => {
    return `${at} the engine has ${stateHash}, its journal gives ${replayed.stateHash}`;
  });
  const isSameJournal = journalHash === null || replayed.journalHash === journalHash;
  promised(isSameJournal, "the same journal after replay", at);
  promised(replayed.audit.length === 0, "the ledger recounts", () => replayed.audit.join("; "));
  return seq;
}
