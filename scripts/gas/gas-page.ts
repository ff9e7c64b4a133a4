import { type GasRow, type GasSection, gasSections } from "./gas-rows.ts";

const HEAD = ["", "Agon", "Polymarket v1", "Polymarket v2", "Agon / v2", "goal"] as const;

const INTRODUCTION = `# Gas

Written by \`npm run bench:gas -- --write\`; a test fails when a figure drifts by more than 1 % or this page does not
say what \`test/contracts/gas/gas-snapshot.json\` says.

## Method

Each figure is \`gasUsed\` of a mined transaction: the base 21,000, calldata and refunds included. The contracts are
the ones that are deployed, with every check on (solc 0.8.37, viaIR, 200 runs, EVM Osaka), on Hardhat's simulated
chain. Signatures are EOAs'. Each maker order has 20 shares at 0.50; makers are distinct accounts unless a row says
otherwise. Nonces are as signing sessions make them (40 random bits, then a count) and the journal's hash is random, so
that no calldata is cheap zeros which production would not have. The bench asserts what each batch finds and leaves, as
the sections say; the chain is put back after each scenario.

**Polymarket v1** is Polymarket/ctf-exchange at commit 00945f5 (solc 0.8.15, 1,000,000 runs), **v2** is
Polymarket/ctf-exchange-v2 at commit ccc0596 (solc 0.8.34, 1,000,000 runs, no viaIR), both measured on anvil 1.7.1
(Osaka) at the same preconditions: 21 accounts that hold collateral and both outcomes, approvals given, a plain
6-decimals ERC-20. Splits, merges, redemption, creation and resolution of a market are both's Gnosis ConditionalTokens
1.0.3. "Agon / v2" is against v1 where v2 has no such call.
`;

const LIMITS = `## What is not in it

- **An L2's data fee.** On a rollup each byte of calldata costs besides; ours are a fifth of theirs.
- **Polymarket's adapters.** In production v2 mints and merges through a collateral adapter; its repository's own
  snapshots (execution gas alone) say 440,584 for a mint 1×1 through it, against 297,150 without.
- **How trades get there.** Ours are escrowed first, by a deposit and, on the way out, a withdrawal; theirs stay in the
  wallet behind an approval (46,462 and 45,996 gas, once). A trader who deposits, fills once and leaves pays more here.
- **Fresh lanes, spread out.** An active account writes a fresh lane once in eight orders: about 2,100 gas an order more
  than the first table says.
- **Small ids.** The bench's batches and markets have ids below 256; larger ones cost 12 gas for each byte more.
- **Contract wallets.** They trade by a delegate's key (in the table); no wallet is called while settling.
`;

/** `docs/gas.md` of these figures. */
export function gasPage(figures: Readonly<Record<string, number>>): string {
  return [INTRODUCTION, ...gasSections(figures).map(section), LIMITS].join("\n");
}

function section({ title, preconditions, rows }: GasSection): string {
  const lines = [
    line(HEAD),
    line(HEAD.map((_, i) => (i === 0 ? "---" : "---:"))),
    ...rows.map(row),
  ];
  return `## ${title}\n\n${preconditions}\n\n${lines.join("\n")}\n`;
}

function row({ title, cells }: GasRow): string {
  return line([title, ...cells]);
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`.replaceAll("|  |", "| |").replaceAll("|  |", "| |");
}
