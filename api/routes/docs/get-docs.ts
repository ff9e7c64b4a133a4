import { z } from "zod";
import { docsPage } from "../../http/docs-page.ts";
import { route } from "../../http/route.ts";

export const getDocs = route({
  method: "get",
  path: "/docs",
  operationId: "getDocs",
  tag: "docs",
  summary: "A readable page of all routes, errors and schemas",
  auth: "none",
  hasEtag: true,
  cost: 5,
  produces: "text/html; charset=utf-8",
  replies: { 200: z.string() },
  handle: ({ services }) => ({ status: 200, body: docsPage(services.openApi()) }),
});
