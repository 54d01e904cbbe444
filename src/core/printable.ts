/** Text from elsewhere on a terminal, in a comment, in a message. */

/**
 * Text from a database made safe to show: control characters and those that reverse the reading direction become
 * visible escapes, so that a table's name cannot move the cursor or disguise itself.
 */
export function printable(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
