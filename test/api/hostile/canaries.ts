import { randomBytes } from "node:crypto";

/** Texts that are one account's alone: none of them may come in a reply to anyone else. */
export class Canaries {
  readonly #all = new Set<string>();
  readonly #named = new Map<string, string[]>();

  add(text: string): void {
    this.#all.add(text.toLowerCase());
  }

  /** Adds a text that can be had again by its kind. */
  note(kind: string, text: string): void {
    this.add(text);
    this.#named.set(kind, [...this.named(kind), text]);
  }

  /** A new one, noted. */
  secret(kind: string): string {
    const text = `canary-${kind}-${randomBytes(8).toString("hex")}`;
    this.note(kind, text);
    return text;
  }

  named(kind: string): readonly string[] {
    return this.#named.get(kind) ?? [];
  }

  get all(): readonly string[] {
    return [...this.#all];
  }

  /** Those that `reply` has; what the request itself said may be said back. */
  within(reply: string, request: string): string[] {
    const text = reply.toLowerCase();
    const found = this.all.filter((canary) => text.includes(canary));
    if (found.length === 0) return found;
    const said = request.toLowerCase();
    return found.filter((canary) => !said.includes(canary));
  }
}
