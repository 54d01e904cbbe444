/** Passwords out of texts that people may see. */

/** Replaces passwords in addresses (`//user:secret@host`, `user:secret@host`, `?password=secret`) within any text by ***. */
export function redact(text: string): string {
  return text
    .replace(/(\/\/[^:@/\s]*):\S*@/g, '$1:***@')
    .replace(/(?<![/\w@.])([\w.%+-]+):(?!\/\/)[^\s@]+@/g, '$1:***@')
    .replace(/([?&;](?:password|passwd|pass|pwd)=)[^&;\s]*/gi, '$1***')
}

/** `redact`, and every one of the known passwords (of at least four characters) wherever it stands, plain or percent-encoded. */
export function mask(text: string, secrets: Iterable<string>): string {
  let masked = redact(text)
  for (const secret of secrets) {
    if (secret.length < 4) continue
    masked = masked.replaceAll(secret, '***').replaceAll(encodeURIComponent(secret), '***')
  }
  return masked
}
