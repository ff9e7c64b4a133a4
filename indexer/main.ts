/** `npm run indexer`: chain events to SQL, until told to stop. */
import { loadIndexerConfig } from "./config.ts";
import { runIndexer } from "./process/run-indexer.ts";
import { IndexerError } from "./start-error.ts";

function die(error: unknown): never {
  if (error instanceof IndexerError) console.error(`${error.message} [${error.code}]`);
  else console.error(error);
  process.exit(1);
}

try {
  const config = loadIndexerConfig(process.env);
  const { schema, ready, ended, stop } = await runIndexer(config);
  const stopAndExit = () => void stop().then(() => process.exit(0), die);
  for (const signal of ["SIGINT", "SIGTERM", "disconnect"]) process.once(signal, stopAndExit);
  if (await ready) {
    console.log(`indexer ready: schema chain (${schema}), http://${config.host}:${config.port}`);
    process.send?.({ ready: true, port: config.port, schema });
  }
  await ended;
} catch (error) {
  die(error);
}
