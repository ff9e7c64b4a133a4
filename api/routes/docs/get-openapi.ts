import { z } from "zod";
import { route } from "../../http/route.ts";

export const getOpenApi = route({
  method: "get",
  path: "/openapi.json",
  operationId: "getOpenApi",
  tag: "docs",
  summary: "The OpenAPI 3.1 document of all routes",
  auth: "none",
  hasEtag: true,
  cost: 5,
  replies: { 200: z.looseObject({ openapi: z.string() }) },
  handle: ({ services }) => ({ status: 200, body: { ...services.openApi() } }),
});
