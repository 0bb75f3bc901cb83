/** The text of a message that a server encoded for many: what follows its head (RFC 6455, 5.2). */
export function textOf(message: Uint8Array): string {
  const short = message[1]! & 0x7F
  return Buffer.from(message).toString('utf8', short < 126 ? 2 : short === 126 ? 4 : 10)
}
