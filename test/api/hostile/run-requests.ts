import type { AnyRoute } from "../../../api/http/route.ts";
import { ALL_ROUTES } from "../../../api/routes/all-routes.ts";
import { damage } from "./damage.ts";
import { type Draft, draftOf, fitsSchemas } from "./draft.ts";
import type { HostileWorld } from "./hostile-world.ts";
import { judgeReply } from "./judge-reply.ts";
import type { HostileReport } from "./report.ts";
import { DraftSender, describeDraft } from "./send-draft.ts";
import { type Source, sourceOf } from "./source.ts";

/** Requests that are under way together. */
const AT_ONCE = 16;
/** After so many the attacker signs in anew, and something happens to the victim. */
const ROUND = 150;
const CURSORS_MAX = 200;
const RICH = ALL_ROUTES.filter(({ body, auth }) => body !== undefined || auth !== "none");
const TRADING = ALL_ROUTES.filter(({ scope }) => scope === "trade");
/** After these a session is no more. */
const ENDING = new Set(["logOut", "refreshSession", "endSession"]);
/** What an admin may do to the exchange without stopping it for the others. */
const HARMLESS = new Set(["createMarket", "createGroup"]);

/** Half of the cases go to every route in turn, the others to where there is more to get wrong. */
function routeOf(index: number, source: Source): AnyRoute {
  if (index % 2 === 0) return ALL_ROUTES[(index / 2) % ALL_ROUTES.length] as AnyRoute;
  return source.pick(index % 4 === 1 ? TRADING : RICH);
}

async function hostileDraft(index: number, source: Source, world: HostileWorld): Promise<Draft> {
  const { own } = world;
  const draft = await draftOf(routeOf(index, source), source, world);
  const { bearer } = draft;
  if (bearer?.token === own.session && ENDING.has(draft.route.operationId) && source.percent(80)) {
    draft.bearer = { ...bearer, token: own.disposable };
  }
  if (source.percent(80)) damage(draft, source, draft.isAdmin ? "values" : "all");
  const isTaken = draft.isAdmin && draft.method !== "GET" && fitsSchemas(draft);
  if (isTaken && !(HARMLESS.has(draft.route.operationId) && source.percent(10))) {
    draft.bearer = { by: "bearer", token: own.session };
  }
  return draft;
}

/** Sends `cases` requests, each right but for something, to every route in turn. */
export async function runRequests(
  world: HostileWorld,
  options: {
    seed: number;
    cases: number;
    onRound?: (sent: number) => Promise<void>;
  },
  report: HostileReport,
): Promise<void> {
  const { seed, cases, onRound } = options;
  const sender = new DraftSender(world.exchange.apiUrl, AT_ONCE);
  let next = 0;
  const sendSome = async (end: number) => {
    while (next < end) {
      const index = next++;
      await sendOne(index, sourceOf(seed, index), { world, sender, report });
    }
  };
  try {
    while (next < cases) {
      const end = Math.min(next + ROUND, cases);
      await Promise.all([
        ...Array.from({ length: AT_ONCE }, () => sendSome(end)),
        world.stirVictim(),
      ]);
      await world.renewOwn();
      await onRound?.(next);
    }
  } finally {
    sender.close();
  }
}

async function sendOne(
  index: number,
  source: Source,
  deps: { world: HostileWorld; sender: DraftSender; report: HostileReport },
): Promise<void> {
  const { world, sender, report } = deps;
  const draft = await hostileDraft(index, source, world);
  const request = describeDraft(draft);
  const reply = await sender.send(draft);
  const { codes, faults } = judgeReply(draft, reply, request, world.canaries);
  report.count(draft.route.operationId, reply.status, codes);
  for (const fault of faults) {
    report.fail(
      `case ${index} (${draft.damage}): ${fault}\n  ${request}\n  ${reply.status} ${reply.text.slice(0, 300)}`,
    );
  }
  const cursor = /"nextCursor":"([^"]+)"/.exec(reply.text)?.[1];
  if (cursor !== undefined && world.known.cursors.length < CURSORS_MAX) {
    world.known.cursors.push(cursor);
  }
}
