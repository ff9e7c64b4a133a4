import { defineConfig } from "prisma/config";

/** `prisma generate` needs no database; `prisma migrate deploy` takes it from DATABASE_URL. */
export default defineConfig({
  schema: "prisma/schema",
  migrations: { path: "prisma/migrations" },
  datasource: {
    url: process.env["DATABASE_URL"] ?? "postgresql://agon:agon@127.0.0.1:5432/agon",
  },
});
