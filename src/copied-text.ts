/** Length from which a part of a text refers to the whole text; V8 copies shorter parts. */
const shortestReference = 13;

/**
 * Returns the same text, independent of the text that it was cut from. A part of a text keeps the whole text in memory: without a copy,
 * one remembered name keeps an answer of megabytes. Use it for texts from a PBX that outlive the round.
 */
export function copiedText(text: string): string {
  // UTF-16 keeps every string, including unpaired surrogates; V8 stores the copy with one byte per character if it can.
  return text.length < shortestReference ? text : Buffer.from(text, 'utf16le').toString('utf16le');
}

/** Returns a copy of data whose texts are copies, too. Only for few rows: it costs more than {@link copiedText} for the texts of each. */
export function withCopiedTexts<Data>(data: Data): Data {
  return structuredClone(data);
}
