import { type ErrorCode, errorMend, errorTitle } from "../protocol/errors.ts";

/** Failures that arise on the client's own side: code → what happened → what mends it. */
const CLIENT_ERRORS = {
  network_failed: ["The server could not be reached.", "Check the address and the connection."],
  request_timed_out: ["The server did not answer in time.", "Retry, or allow more time."],
  aborted: ["The caller gave the work up.", "Start again."],
  reply_invalid: [
    "The reply is not what the protocol states.",
    "Use an SDK of the server's version.",
  ],
  signer_required: ["The action needs a signer.", "Pass `signer` to connect()."],
  signer_unsupported: [
    "The signer is of no known kind.",
    "Pass a viem account or wallet client, an ethers v6 Signer or an EIP-1193 provider.",
  ],
  user_rejected: ["The wallet's user declined.", "Ask again when the user is ready."],
  contract_signer_unsupported: [
    "A contract wallet signs in, but its orders and transactions are signed by keys.",
    "Let a delegate's key sign its orders (`addDelegate`), naming the contract as `maker`.",
  ],
  chain_required: ["The action needs a JSON-RPC endpoint.", "Pass `rpcUrl` to connect()."],
  chain_mismatch: ["The wallet is on another chain.", "Switch the wallet to the exchange's chain."],
  transaction_reverted: [
    "The transaction reverted.",
    "See `details.error` for the contract's reason.",
  ],
  markets_not_grouped: [
    "The markets are not members of one group.",
    "Name members of one group: markets of the same `groupId`.",
  ],
  condition_timed_out: [
    "What was waited for did not happen in time.",
    "Look at the state, wait on.",
  ],
  stream_closed: ["The stream was closed.", "Open it again."],
  websocket_required: ["There is no WebSocket here.", "Pass `WebSocket` to connect()."],
} as const satisfies Record<string, readonly [string, string]>;

export type ClientErrorCode = keyof typeof CLIENT_ERRORS;

export interface AgonErrorParameters {
  /** What is special about this case. */
  detail?: string;
  /** HTTP status, when a server answered. */
  status?: number;
  /** The server's own words win over the table that this SDK was built with. */
  title?: string;
  mend?: string;
  details?: Record<string, unknown>;
  requestId?: string;
  attempts?: number;
  cause?: unknown;
}

/**
 * Every failure of the SDK. Branch on `code`: it is stable, sentences are not.
 * `details` carries the facts of the case, for example `{ freeMicro, lockedMicro }`.
 */
export class AgonError extends Error {
  readonly code: ErrorCode | ClientErrorCode;
  readonly status: number | null;
  /** What the caller can do about it. */
  readonly mend: string;
  readonly details: Record<string, unknown>;
  readonly requestId: string | null;
  /** How often the request was sent before this failure stood. */
  readonly attempts: number;

  constructor(code: ErrorCode | ClientErrorCode, parameters: AgonErrorParameters = {}) {
    const [title, mend] = isClientCode(code)
      ? CLIENT_ERRORS[code]
      : [errorTitle(code), errorMend(code)];
    const sentence = parameters.title ?? title;
    super(parameters.detail ? `${sentence} ${parameters.detail}` : sentence, {
      cause: parameters.cause,
    });
    this.name = "AgonError";
    this.code = code;
    this.status = parameters.status ?? null;
    this.mend = parameters.mend ?? mend;
    this.details = parameters.details ?? {};
    this.requestId = parameters.requestId ?? null;
    this.attempts = parameters.attempts ?? 1;
  }

  /** The same failure, told with more: `details` join those of `error`, which becomes the cause. */
  static from(
    error: AgonError,
    { detail, details }: { detail: string; details: Record<string, unknown> },
  ): AgonError {
    const { code, status, mend, requestId, attempts } = error;
    return new AgonError(code, {
      detail,
      details: { ...error.details, ...details },
      mend,
      attempts,
      cause: error,
      ...(status === null ? {} : { status }),
      ...(requestId === null ? {} : { requestId }),
    });
  }
}

function isClientCode(code: string): code is ClientErrorCode {
  return Object.hasOwn(CLIENT_ERRORS, code);
}

/** Whether `error` is an AgonError, of `code` if given. */
export function isAgonError(
  error: unknown,
  code?: ErrorCode | ClientErrorCode,
): error is AgonError {
  return error instanceof AgonError && (code === undefined || error.code === code);
}
