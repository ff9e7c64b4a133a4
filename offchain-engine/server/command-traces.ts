import type { Log } from "../../platform/log.ts";
import { parseTraceparent } from "../../platform/tracing/trace-context.ts";
import type { Tracer } from "../../platform/tracing/tracer.ts";
import type { Verdict } from "../../protocol/engine/request.ts";
import { FillTraces } from "./fill-traces.ts";

/** Ties what the engine does to the request that asked for it. */
export interface CommandTraces {
  /** Begins to follow commands of a request with that `traceparent`; the result takes their verdicts. */
  follow(traceparent: string | undefined): (verdicts: readonly Verdict[]) => void;
  /** A batch of these fills is on the chain: gives the ids of the traces that caused them, and tells them. */
  settled(batch: SettledBatch): string[];
}

export interface SettledBatch {
  batchId: number;
  firstFillSeq: number;
  lastFillSeq: number;
  journalSeq: number;
  transactionHash: string;
  /** Unix milliseconds of its oldest fill; null when an earlier run prepared it. */
  oldestFillMs: number | null;
  gasUsed?: number;
}

/** Fills that an order found now; a repeated one tells of old ones. */
function newFills(verdicts: readonly Verdict[]): number[] {
  return verdicts.flatMap((verdict) =>
    verdict.ok && verdict.kind === "place" && !verdict.repeated
      ? verdict.fills.map(({ fillSeq }) => fillSeq)
      : [],
  );
}

export function createCommandTraces(tracer: Tracer, log: Log): CommandTraces {
  const fills = new FillTraces();
  return {
    follow(traceparent) {
      const parent = parseTraceparent(traceparent ?? "");
      if (parent === null) return () => {};
      const span = tracer.start("engine commands", { kind: "consumer", parent });
      return (verdicts) => {
        const found = newFills(verdicts);
        for (const fillSeq of found) fills.remember(fillSeq, span.context);
        const facts = {
          commands: verdicts.length,
          refused: verdicts.filter(({ ok }) => !ok).length,
          fills: found.length,
        };
        const { traceId, isSampled } = span.context;
        const line = { traceId, ...facts, firstFillSeq: found[0], lastFillSeq: found.at(-1) };
        // Of a trace that nobody records, the request's own line is enough.
        log[isSampled ? "info" : "debug"](line, "commands are durable");
        span.end({
          attributes: { "agon.commands": facts.commands, "agon.fills": facts.fills },
        });
      };
    },
    settled(batch) {
      const links = fills.of(batch.firstFillSeq, batch.lastFillSeq);
      if (tracer.isExporting) {
        const { oldestFillMs } = batch;
        tracer
          .start("settle batch", {
            kind: "producer",
            parent: links[0] ?? null,
            links: links.slice(1),
            ...(oldestFillMs === null ? {} : { startMs: oldestFillMs }),
          })
          .end({
            attributes: {
              "agon.batch_id": batch.batchId,
              "agon.fills": batch.lastFillSeq - batch.firstFillSeq + 1,
              "agon.journal_seq": batch.journalSeq,
              "agon.transaction_hash": batch.transactionHash,
              ...(batch.gasUsed === undefined ? {} : { "agon.gas_used": batch.gasUsed }),
            },
          });
      }
      return links.map(({ traceId }) => traceId);
    },
  };
}
