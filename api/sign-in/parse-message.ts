import { type Address, checksumAddress, isAddress } from "viem";
import { ApiProblem } from "../problem.ts";
import { rfc3339Ms } from "./rfc3339.ts";
import { isDnsAuthority, isSegment, isUri } from "./rfc3986.ts";

/** The fields of an EIP-4361 message, as written in it. */
export interface SignInMessage {
  scheme?: string;
  /** `[user@]host[:port]` */
  domain: string;
  /** With its EIP-55 checksum. */
  address: Address;
  statement?: string;
  uri: string;
  version: "1";
  chainId: number;
  nonce: string;
  /** RFC 3339 times. */
  issuedAt: string;
  expirationTime?: string;
  notBefore?: string;
  requestId?: string;
  resources?: string[];
}

/** A refusal of the message by the field at fault. */
export function siweInvalid(field: keyof SignInMessage | "message", detail: string): ApiProblem {
  return new ApiProblem("siwe_invalid", { details: { field, detail } });
}

const FIRST_LINE =
  /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?(.*) wants you to sign in with your Ethereum account:$/;
/** `reserved / unreserved / " "` of RFC 3986. */
const STATEMENT = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;= ]+$/;
const NONCE = /^[A-Za-z0-9]{8,}$/;
const CHAIN_ID = /^[0-9]{1,15}$/;

/** The lines of a message, taken from top to bottom. */
class Lines {
  readonly #lines: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#lines = text.split("\n");
  }

  get isOver(): boolean {
    return this.#at === this.#lines.length;
  }

  next(): string | undefined {
    return this.#lines[this.#at++];
  }

  /** The rest of the next line, if it starts with the label; else the line stays. */
  labelled(label: string): string | undefined {
    const line = this.#lines[this.#at];
    if (!line?.startsWith(label)) return undefined;
    this.#at += 1;
    return line.slice(label.length);
  }

  startsWith(label: string): boolean {
    return this.#lines[this.#at]?.startsWith(label) ?? false;
  }

  blank(): void {
    if (this.next() !== "") throw siweInvalid("message", "A blank line is missing or misplaced.");
  }
}

function required(
  lines: Lines,
  field: keyof SignInMessage,
  label: string,
  isGood: (text: string) => boolean,
): string {
  const text = lines.labelled(label);
  if (text === undefined) throw siweInvalid(field, `The line "${label}…" is missing or misplaced.`);
  if (!isGood(text)) throw siweInvalid(field, `"${label}" is followed by what it cannot be.`);
  return text;
}

function optional(
  lines: Lines,
  field: keyof SignInMessage,
  label: string,
  isGood: (text: string) => boolean,
): Partial<SignInMessage> {
  return lines.startsWith(label) ? { [field]: required(lines, field, label, isGood) } : {};
}

const isTime = (text: string) => rfc3339Ms(text) !== null;

function head(lines: Lines): Pick<SignInMessage, "scheme" | "domain" | "address"> {
  const [, scheme, domain] = FIRST_LINE.exec(lines.next() ?? "") ?? [];
  if (domain === undefined) throw siweInvalid("message", "This is no EIP-4361 message.");
  if (!isDnsAuthority(domain)) {
    throw siweInvalid("domain", "The domain must be a DNS name or an IP address.");
  }
  const address = lines.next() ?? "";
  if (!isAddress(address, { strict: false }) || checksumAddress(address) !== address) {
    throw siweInvalid("address", "The second line must be an address with its EIP-55 checksum.");
  }
  return { ...(scheme === undefined ? {} : { scheme }), domain, address };
}

/** None, an empty one (three blank lines), or one line between blank ones. */
function statement(lines: Lines): Pick<SignInMessage, "statement"> {
  lines.blank();
  const line = lines.next();
  if (line === "" && lines.startsWith("URI: ")) return {};
  lines.blank();
  if (line !== "" && !STATEMENT.test(line ?? "\n")) {
    throw siweInvalid("statement", "The statement has characters that EIP-4361 excludes.");
  }
  return { statement: line ?? "" };
}

function resources(lines: Lines): Pick<SignInMessage, "resources"> {
  if (!lines.startsWith("Resources:")) return {};
  required(lines, "resources", "Resources:", (rest) => rest === "");
  const list: string[] = [];
  while (!lines.isOver) list.push(required(lines, "resources", "- ", isUri));
  return { resources: list };
}

/**
 * Reads an EIP-4361 message by its strict grammar, in a time that grows as its length.
 * @throws ApiProblem `siwe_invalid` with the field at fault.
 */
export function parseMessage(text: string): SignInMessage {
  const lines = new Lines(text);
  const message: SignInMessage = {
    ...head(lines),
    ...statement(lines),
    uri: required(lines, "uri", "URI: ", isUri),
    version: required(lines, "version", "Version: ", (version) => version === "1") as "1",
    chainId: Number(required(lines, "chainId", "Chain ID: ", (id) => CHAIN_ID.test(id))),
    nonce: required(lines, "nonce", "Nonce: ", (nonce) => NONCE.test(nonce)),
    issuedAt: required(lines, "issuedAt", "Issued At: ", isTime),
    ...optional(lines, "expirationTime", "Expiration Time: ", isTime),
    ...optional(lines, "notBefore", "Not Before: ", isTime),
    ...optional(lines, "requestId", "Request ID: ", isSegment),
    ...resources(lines),
  };
  if (!lines.isOver) throw siweInvalid("message", "A line is unknown, misplaced or repeated.");
  return message;
}
