/** A statement, or one way through a branch, that tests should reach. */
export interface Probe {
  /** What its hit signal says, beyond 0. */
  tag: number;
  /** Path from the root, as `contracts/Exchange.sol`. */
  file: string;
  line: number;
  kind: "statement" | "branch";
  /** Of a branch: which way this is, and the text that decides. */
  what: string;
}

interface AstNode {
  nodeType: string;
  src: string;
  [field: string]: unknown;
}

interface Insertion {
  at: number;
  text: string;
  /** Ends go before starts, inner ends before outer ones, outer starts before inner ones. */
  rank: number;
}

const BRANCHING = new Set(["IfStatement", "WhileStatement", "ForStatement", "DoWhileStatement"]);

/**
 * Puts probes into a Solidity source: before each statement `Probe.hit(tag)`, around each condition of an
 * `if`, a loop, `?:`, `require`, and around the left of `&&` and `||`, `Probe.way(condition, tag)`, whose hit is
 * `tag` when true and `tag + 1` when false; and into each clause of a `try`. What assembly decides is not seen.
 */
export function insertProbes(file: string, source: string, ast: unknown, firstTag: number) {
  const bytes = Buffer.from(source);
  const insertions: Insertion[] = [];
  const probes: Probe[] = [];
  let tag = firstTag;

  const span = (node: AstNode) => {
    const [start = 0, length = 0] = node.src.split(":").map(Number);
    return { start, end: start + length, length };
  };
  const lineAt = (at: number) => bytes.subarray(0, at).toString().split("\n").length;

  function before(at: number, text: string, length: number): void {
    insertions.push({ at, text, rank: 1e9 - length });
  }
  function after(at: number, text: string, length: number): void {
    insertions.push({ at, text, rank: length - 1e9 });
  }

  function hit(node: AstNode, kind: Probe["kind"], what = ""): string {
    probes.push({ tag, file, line: lineAt(span(node).start), kind, what });
    return `__Probe.hit(${tag++});`;
  }

  /** Both ways of a condition. */
  function fork(condition: AstNode): void {
    const { start, end, length } = span(condition);
    const text = bytes.subarray(start, end).toString().replace(/\s+/g, " ");
    const line = lineAt(start);
    probes.push({ tag, file, line, kind: "branch", what: `true: ${text}` });
    probes.push({ tag: tag + 1, file, line, kind: "branch", what: `false: ${text}` });
    before(start, `__Probe.way(`, length);
    after(end, `, ${tag})`, length);
    tag += 2;
  }

  function statement(node: AstNode, alone: boolean): void {
    const isBlock = node.nodeType === "Block" || node.nodeType === "UncheckedBlock";
    if (!isBlock && node.nodeType !== "PlaceholderStatement") {
      const { start, end, length } = span(node);
      before(start, `${alone ? "{ " : ""}${hit(node, "statement")} `, length + 0.5);
      // A statement's own span leaves out the semicolon of some kinds.
      if (alone) after(bytes[end] === 0x3b ? end + 1 : end, " }", length + 0.5);
    }
    visit(node);
  }

  function visit(node: AstNode): void {
    const child = (field: string) => node[field] as AstNode | null | undefined;
    if (node.nodeType === "InlineAssembly") return;
    if (BRANCHING.has(node.nodeType) && child("condition")) fork(child("condition") as AstNode);
    if (node.nodeType === "Conditional") fork(child("condition") as AstNode);
    if (node.nodeType === "BinaryOperation" && /^(&&|\|\|)$/.test(String(node["operator"]))) {
      fork(child("leftExpression") as AstNode);
    }
    const called = node.nodeType === "FunctionCall" ? child("expression") : undefined;
    if (called?.nodeType === "Identifier" && /^(require|assert)$/.test(String(called["name"]))) {
      fork((node["arguments"] as AstNode[])[0] as AstNode);
    }
    if (node.nodeType === "TryCatchClause") {
      const block = child("block") as AstNode;
      before(span(block).start + 1, ` ${hit(node, "branch", "clause of a try")} `, 0);
    }
    const bodies = ["trueBody", "falseBody", "body"];
    for (const [field, value] of Object.entries(node)) {
      const isBody = bodies.includes(field) && node.nodeType !== "FunctionDefinition";
      const isHead = field === "initializationExpression" || field === "loopExpression";
      for (const each of Array.isArray(value) ? value : [value]) {
        if (each === null || typeof each !== "object" || !("nodeType" in each)) continue;
        if (isHead) visit(each as AstNode);
        else if (field === "statements" || isBody) statement(each as AstNode, isBody);
        else visit(each as AstNode);
      }
    }
  }

  /** Only bodies run: constants and interfaces hold nothing to reach. */
  function findBodies(node: AstNode): void {
    const isFunction = /^(Function|Modifier)Definition$/.test(node.nodeType);
    if (isFunction && node["body"]) statement(node["body"] as AstNode, false);
    if (isFunction) return;
    for (const child of (node["nodes"] as AstNode[] | undefined) ?? []) findBodies(child);
  }

  findBodies(ast as AstNode);
  insertions.sort((a, b) => a.at - b.at || a.rank - b.rank);
  let text = "";
  let done = 0;
  for (const { at, text: inserted } of insertions) {
    text += bytes.subarray(done, at).toString() + inserted;
    done = at;
  }
  text += bytes.subarray(done).toString();
  return { source: text, probes, nextTag: tag };
}
