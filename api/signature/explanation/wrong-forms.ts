import type { Keccak, WrongMessage } from "./signature-difference.ts";

const RIGHT = "the EIP-712 digest";
const NOT_A_MESSAGE =
  "Sign the order as typed data (eth_signTypedData_v4), not its hash as a message (personal_sign).";

function concat(...parts: Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}

/** What EIP-191 makes of a message. */
function personal(message: Uint8Array): Uint8Array {
  return concat(Buffer.from(`\x19Ethereum Signed Message:\n${message.length}`), message);
}

function hexText(bytes: Uint8Array, prefix: string): Uint8Array {
  return Buffer.from(prefix + Buffer.from(bytes).toString("hex"));
}

/** The right order under the right domain, signed in another way than as typed data. */
export function* wrongForms(
  digest: Uint8Array,
  structHash: Uint8Array,
  keccak: Keccak,
): Generator<WrongMessage> {
  const wrong = (message: Uint8Array, signed: string, hint: string): WrongMessage => ({
    digest: message,
    difference: { field: "form", signed, needed: RIGHT, hint },
  });
  for (const [hash, name] of [
    [digest, "order hash"],
    [structHash, "struct hash"],
  ] as const) {
    yield wrong(keccak(personal(hash)), `personal_sign of the ${name}`, NOT_A_MESSAGE);
    for (const prefix of ["0x", ""]) {
      const text = keccak(personal(hexText(hash, prefix)));
      yield wrong(text, `personal_sign of the ${name} as text`, NOT_A_MESSAGE);
    }
  }
  yield wrong(structHash, "the struct hash alone", "The domain's hash belongs before it: 0x1901.");
  yield wrong(keccak(digest), "the hash of the order hash", "The order hash is signed as it is.");
}
