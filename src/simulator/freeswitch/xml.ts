const header = '<?xml version="1.0" encoding="ISO-8859-1"?>\n';
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Length in bytes at which escaped contacts are truncated. */
const contactLimit = 2048;

/** Escapes text as FreeSWITCH does in some elements. */
export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/gu, (character) => entities[character] ?? character);
}

/** Makes a document that, as in FreeSWITCH, declares ISO-8859-1 but is UTF-8. */
export function xmlDocument(lines: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat([
    Buffer.from(header),
    ...lines.map((line) => (typeof line === 'string' ? Buffer.from(line) : line)),
  ]);
}

/** Formats one element on its own line, without escaping the text. */
export function element(indent: number, name: string, text: string | number): string {
  return `${' '.repeat(indent)}<${name}>${text}</${name}>\n`;
}

/** Formats a contact; if it is too long, it is truncated and followed by two invalid bytes. */
export function contactElement(indent: number, contact: string): Buffer {
  const whole = Buffer.from(escaped(contact));
  const text =
    whole.length <= contactLimit ? whole : Buffer.concat([whole.subarray(0, contactLimit), Buffer.from([0xfc, 0x7e])]);
  return Buffer.concat([Buffer.from(`${' '.repeat(indent)}<contact>`), text, Buffer.from('</contact>\n')]);
}
