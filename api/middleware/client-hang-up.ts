const HANG_UP =
  /^(ECONNRESET|ECONNABORTED|EPIPE|ERR_STREAM_PREMATURE_CLOSE|ERR_STREAM_DESTROYED|HPE_\w+)$/;

/** Whether an error of a connection is only its client's going away, or talking nonsense. */
export function isClientHangUp(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && HANG_UP.test(code);
}
