import { db } from "ponder:api";
import schema from "ponder:schema";
import { Hono } from "hono";
import { graphql } from "ponder";

/** GraphQL over the tables and views; Ponder adds /health, /ready, /status and /metrics. */
const app = new Hono();

app.get("/", (context) => context.redirect("/graphql"));
app.use("/graphql", graphql({ db, schema }));

export default app;
