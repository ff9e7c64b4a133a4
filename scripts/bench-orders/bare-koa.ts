/** The yardstick: a Koa route that parses the same JSON and says so, and nothing else. Answers with its URL. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { bodyParser } from "@koa/bodyparser";
import Koa from "koa";
import { answerCpuTime } from "./process-cpu.ts";

const app = new Koa();
app.use(bodyParser());
app.use((ctx) => {
  const body = ctx.request.body as { order?: object };
  ctx.status = body.order ? 201 : 400;
  ctx.body = { ok: true };
});

answerCpuTime();
const server = createServer(app.callback());
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ url: `http://127.0.0.1:${port}` });
});
