/** Host of a SIP address such as `sip:user@host:5060;transport=tcp`, without the user; undefined when there is none. */
export function sipHost(address: string): string | undefined {
  const bare = address
    .trim()
    .replace(/^<?sips?:/i, '')
    .replace(/[;?>].*$/s, '');
  const host = bare.slice(bare.lastIndexOf('@') + 1);
  const name = host.startsWith('[') ? host.replace(/\]:\d+$/, ']') : host.replace(/:\d+$/, '');
  return name === '' ? undefined : name;
}

/** A percent-encoded text, decoded; the text itself where the encoding is broken. */
export function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
