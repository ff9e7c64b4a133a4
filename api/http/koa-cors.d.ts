// The package ships no types.
declare module "@koa/cors" {
  import type { Context, Middleware } from "koa";

  export default function cors(options: {
    origin: (ctx: Context) => string;
    credentials?: boolean;
    exposeHeaders?: string[];
    allowHeaders?: string[];
    maxAge?: number;
  }): Middleware;
}
