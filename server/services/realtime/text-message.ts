/** First byte of a text message that comes in one piece. */
const TEXT_AND_LAST = 0x81
/** Longer ones say that their length follows in 16 bits, or in 64. */
const MAX_SHORT = 125
const LENGTH_FOLLOWS = 126
const LONG_LENGTH_FOLLOWS = 127

/**
 * A text message of the WebSocket protocol, as a server writes it: without a mask, so that it is the same for all who
 * get it (RFC 6455, 5.2). A library that is handed the text frames it once for every socket.
 */
export function encodeTextMessage(text: string): Buffer {
  const length = Buffer.byteLength(text)
  const headLength = length <= MAX_SHORT ? 2 : length <= 0xFFFF ? 4 : 10
  const message = Buffer.allocUnsafe(headLength + length)
  message[0] = TEXT_AND_LAST
  if (headLength === 2) {
    message[1] = length
  }
  else if (headLength === 4) {
    message[1] = LENGTH_FOLLOWS
    message.writeUInt16BE(length, 2)
  }
  else {
    message[1] = LONG_LENGTH_FOLLOWS
    message.writeBigUInt64BE(BigInt(length), 2)
  }
  message.write(text, headLength)
  return message
}
