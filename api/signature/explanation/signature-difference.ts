/** The one thing in which what was signed differs from what was to be signed. */
export interface SignatureDifference {
  /** `order.price`, `domain.chainId`, `type.nonce`, `form` or `signature.v`. */
  field: string;
  signed: string;
  needed: string;
  hint: string;
}

/** A wrong message that somebody may have signed in place of the right one: its digest, and what is wrong with it. */
export interface WrongMessage {
  digest: Uint8Array;
  difference: SignatureDifference;
}

export type Keccak = (bytes: Uint8Array) => Uint8Array;
