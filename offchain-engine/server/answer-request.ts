import type { Address } from "viem";
import type { HoldCommand, ReleaseCommand } from "../../protocol/engine/command.ts";
import type {
  CommandsReply,
  EngineReply,
  HoldReply,
  StatusReply,
  UserCommand,
  Verdict,
} from "../../protocol/engine/request.ts";
import type { ErrorCode } from "../../protocol/errors.ts";
import type { Core } from "../edge/core.ts";
import type { CoreVerdict } from "../edge/verdict.ts";
import type { Sequencer } from "../sequencer/sequencer.ts";
import type { ReleaseSigner } from "../settlement/release-signer.ts";
import type { CommandTraces } from "./command-traces.ts";
import { engineRequestSchema, userCommandSchema } from "./engine-request-schema.ts";

/** What commits escrowed funds: refused while escrow may hold less than believed. Cancels always work. */
const NEEDS_CHAIN: ReadonlySet<string> = new Set<UserCommand["kind"]>(["place", "release"]);

/** Answers one request of the api. Rejects one of unknown shape: a bug of its sender. */
export type AnswerRequest = (request: unknown) => Promise<EngineReply>;

/** What the answers are made of. */
interface AnswerParts {
  core: Core;
  sequencer: Sequencer<CoreVerdict>;
  releaseSigner: ReleaseSigner;
  /** Whether the chain has been out of sight too long to know what escrow holds. */
  isChainStale: () => boolean;
  /** Whether escrow was last found to hold other than what the engine believes. */
  differsFromChain: () => boolean;
  /** Whether settlement waits for an operator: what is matched now would not settle. */
  isSettlementHalted: () => boolean;
  /** Resolves once the tables hold all that is durable now, with how far they reach. */
  reachTables: () => Promise<number>;
  status: (withStateHash: boolean) => StatusReply;
  /** Absent: nobody follows traces. */
  traces?: CommandTraces;
}

export function createAnswerRequest(parts: AnswerParts): AnswerRequest {
  const { core, sequencer, releaseSigner, status } = parts;

  async function take(sent: unknown): Promise<Verdict> {
    const parsed = userCommandSchema.safeParse(sent);
    if (!parsed.success) return { ok: false, code: "validation_failed" };
    const command: UserCommand = parsed.data;
    const code = refusalAtDoor(command, parts);
    if (code !== null) return { ok: false, code };
    if (command.kind === "heartbeat" && !(await guardsOrders(command.maker))) {
      return { ok: true, kind: "heartbeat", dueAtMs: null };
    }
    const taken = await sequencer.submit(command);
    if (!taken.ok) return taken;
    const { verdict } = taken;
    if (!verdict.ok || verdict.kind !== "release") return verdict as Verdict;
    if (command.kind !== "release") throw new Error("a release answers a release command");
    return sign(releaseSigner, command, verdict);
  }

  /** Whether the account may have orders. One without any must not fill the journal with heartbeats. */
  async function guardsOrders(account: Address): Promise<boolean> {
    // One that seems unknown is asked for behind what is queued: its first deposit may be there.
    return core.knowsAccount(account) || sequencer.read(() => core.knowsAccount(account));
  }

  async function takeAll(commands: unknown[], traceparent?: string): Promise<CommandsReply> {
    const durable = parts.traces?.follow(traceparent);
    const verdicts = await Promise.all(commands.map(take));
    durable?.(verdicts);
    return { type: "commands", verdicts };
  }

  async function hold(command: HoldCommand): Promise<HoldReply> {
    const taken = await sequencer.submit(command);
    const verdict = taken.ok ? taken.verdict : taken;
    return { type: "hold", result: verdict.ok ? { ok: true, kind: "hold" } : verdict };
  }

  return async (message) => {
    const request = engineRequestSchema.parse(message);
    switch (request.type) {
      case "commands":
        return takeAll(request.commands, request.traceparent);
      case "snapshot":
        return sequencer.read(() => core.snapshot());
      case "account":
        return sequencer.read(() => core.account(request.account));
      case "tables":
        return { type: "tables", seq: await parts.reachTables() };
      case "hold":
        return hold(request.command);
      case "status":
        return sequencer.read(() => status(request.withStateHash === true));
    }
  };
}

/** Why a command is refused before it is queued; null when it is not. */
function refusalAtDoor({ kind }: UserCommand, parts: AnswerParts): ErrorCode | null {
  const { isChainStale, differsFromChain, isSettlementHalted, releaseSigner } = parts;
  if (NEEDS_CHAIN.has(kind) && isChainStale()) return "chain_unavailable";
  if (NEEDS_CHAIN.has(kind) && differsFromChain()) return "settlement_behind";
  if (kind === "place" && isSettlementHalted()) return "settlement_behind";
  if (kind === "release" && !releaseSigner.available) return "release_unavailable";
  return null;
}

async function sign(
  releaseSigner: ReleaseSigner,
  { account, marketId, asset, amount }: ReleaseCommand,
  verdict: Extract<CoreVerdict, { kind: "release" }>,
): Promise<Verdict> {
  const signed = await releaseSigner.sign({
    account,
    marketId,
    asset,
    amount: BigInt(amount),
    nonce: BigInt(verdict.releaseNonce),
    deadline: verdict.deadline,
  });
  return signed.ok ? { ...verdict, signature: signed.signature } : signed;
}
