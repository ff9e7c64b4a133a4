/** Loaded into Ponder's process: a parent that was killed takes its child with it. */
process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));
