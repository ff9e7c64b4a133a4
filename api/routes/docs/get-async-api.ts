import { z } from "zod";
import { route } from "../../http/route.ts";

export const getAsyncApi = route({
  method: "get",
  path: "/asyncapi.json",
  operationId: "getAsyncApi",
  tag: "docs",
  summary: "The AsyncAPI 3 document of the websocket's streams",
  auth: "none",
  replies: { 200: z.looseObject({ asyncapi: z.string() }) },
  handle: ({ services }) => ({ status: 200, body: { ...services.asyncApi() } }),
});
