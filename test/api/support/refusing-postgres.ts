import type { AddressInfo } from "node:net";
import { createServer } from "node:net";

/** An ErrorResponse of PostgreSQL's protocol: its fields, each ended by a zero. */
function errorResponse(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write("E");
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

/** What a PostgreSQL says to a client that it does not let in. */
export const REFUSALS = {
  full: ["53300", "sorry, too many clients already"],
  starting: ["57P03", "the database system is starting up"],
} as const;

/** Answers every connection as a PostgreSQL does that lets nobody in. */
export async function startRefusingPostgres(
  refusal: keyof typeof REFUSALS,
): Promise<{ databaseUrl: string; stop(): Promise<void> }> {
  const [code, message] = REFUSALS[refusal];
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.end(errorResponse(code, message)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    databaseUrl: `postgresql://agon:agon@127.0.0.1:${port}/agon`,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
