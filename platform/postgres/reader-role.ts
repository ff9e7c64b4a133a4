import pg from "pg";

/** The read-only role that the migrations create; without a password it cannot log in. */
export const READER_ROLE = "agon_reader";

/** Lets SQL readers log in. A server without the role is left as it is. */
export async function setReaderPassword(databaseUrl: string, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const role = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [READER_ROLE]);
    if (role.rowCount === 0) return;
    await client.query(
      `ALTER ROLE ${client.escapeIdentifier(READER_ROLE)} PASSWORD ${client.escapeLiteral(password)}`,
    );
  } finally {
    await client.end();
  }
}
