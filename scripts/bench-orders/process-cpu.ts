import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { ownCpuSeconds } from "../bench-journal/cpu-time.ts";

const QUESTION = "cpu";

/** In a child: answers its parent how many CPU seconds it has used, and ends with it. */
export function answerCpuTime(): void {
  process.once("disconnect", () => process.exit());
  process.on("message", (message) => {
    if (message === QUESTION) process.send?.({ cpuSeconds: ownCpuSeconds() });
  });
}

/** Of a child that answers. */
export async function childCpuSeconds(child: ChildProcess): Promise<number> {
  const answer = once(child, "message");
  child.send(QUESTION);
  const [{ cpuSeconds }] = (await answer) as [{ cpuSeconds: number }];
  return cpuSeconds;
}
