import type { BusClient, BusServer } from "../../../platform/bus/bus.ts";
import { createInProcessBus } from "../../../platform/bus/in-process-bus.ts";

function freeze<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const member of Object.values(value)) freeze(member);
  return value;
}

/**
 * The bus of one process, whose ends share what they hand over: here each piece of it is frozen on its way, so
 * that whoever writes to it afterwards throws.
 */
export function createFreezingBus(): { server: BusServer; client: BusClient } {
  const { server, client } = createInProcessBus();
  return {
    server: {
      ...server,
      serve: (handler) => server.serve(async (request) => freeze(await handler(freeze(request)))),
      publish: (batches) =>
        server.publish(batches.map((batch) => ({ ...batch, payload: freeze(batch.payload) }))),
    },
    client,
  };
}
