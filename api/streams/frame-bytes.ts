const TEXT_FINAL = 0x81;
const SHORT_MAX = 125;
const MEDIUM_MAX = 0xffff;

/**
 * One text message as it goes over the wire to a client (RFC 6455: final, unmasked, uncompressed). The same bytes
 * serve every reader, so a frame is serialised and framed once, whoever many read it.
 */
export function frameBytes(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const headerLength = length <= SHORT_MAX ? 2 : length <= MEDIUM_MAX ? 4 : 10;
  const bytes = Buffer.allocUnsafe(headerLength + length);
  bytes[0] = TEXT_FINAL;
  if (headerLength === 2) bytes[1] = length;
  else if (headerLength === 4) {
    bytes[1] = 126;
    bytes.writeUInt16BE(length, 2);
  } else {
    bytes[1] = 127;
    bytes.writeBigUInt64BE(BigInt(length), 2);
  }
  bytes.write(text, headerLength);
  return bytes;
}
