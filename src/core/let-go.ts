/**
 * Frees the memory of bytes that nobody looks at again, unless it is part of something larger. Buffers of a socket would otherwise pile up
 * as garbage, many megabytes of it, and have the whole heap searched again and again.
 */
export function letGo({ buffer, length }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && length >= 4096 && buffer.byteLength === length) buffer.transfer(0)
}
