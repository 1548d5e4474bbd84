const header = '<?xml version="1.0" encoding="ISO-8859-1"?>\n';
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Escaped contacts beyond this length are cut, in bytes. */
const contactLimit = 2048;

/** Text as FreeSWITCH escapes it, where it does. */
export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/gu, (character) => entities[character] ?? character);
}

/** A document in the way of this program: it says ISO-8859-1 and sends UTF-8. */
export function xmlDocument(lines: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat([
    Buffer.from(header),
    ...lines.map((line) => (typeof line === 'string' ? Buffer.from(line) : line)),
  ]);
}

/** One element on a line of its own; the text is written as it is. */
export function element(indent: number, name: string, text: string | number): string {
  return `${' '.repeat(indent)}<${name}>${text}</${name}>\n`;
}

/** A contact: cut where it is too long, with rubbish behind the cut. */
export function contactElement(indent: number, contact: string): Buffer {
  const whole = Buffer.from(escaped(contact));
  const text =
    whole.length <= contactLimit ? whole : Buffer.concat([whole.subarray(0, contactLimit), Buffer.from([0xfc, 0x7e])]);
  return Buffer.concat([Buffer.from(`${' '.repeat(indent)}<contact>`), text, Buffer.from('</contact>\n')]);
}
