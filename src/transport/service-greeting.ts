/** How services begin that speak before they are spoken to, and what they are. */
const greetings: readonly (readonly [pattern: RegExp, service: string])[] = [
  [/^Asterisk Call Manager/, 'the manager interface of Asterisk (AMI)'],
  [/^Content-Type: (?:auth|rude)/i, 'the event socket of FreeSWITCH'],
  [/^SSH-/, 'SSH'],
  [/^220[ -]/, 'mail or FTP'],
  [/^\* OK/, 'IMAP'],
  [/^\+OK/, 'POP3'],
  [/^RFB \d/, 'VNC'],
  [/mysql_native_password|MariaDB/, 'a database (MySQL or MariaDB)'],
  [/^(?:\u00FF[\u00FB-\u00FE].)/s, 'Telnet'],
  [/^(?:SIP\/2\.0|OPTIONS sip:)/, 'SIP'],
];

/** Ports that are known to belong to something else than a web server; a TLS handshake does not let its greeting through. */
const ports: Readonly<Record<string, string>> = {
  '21': 'FTP',
  '22': 'SSH',
  '23': 'Telnet',
  '25': 'mail',
  '3306': 'a database (MySQL or MariaDB)',
  '5038': 'the manager interface of Asterisk (AMI)',
  '5060': 'SIP',
  '5061': 'SIP',
  '8021': 'the event socket of FreeSWITCH',
};

/** The service that greets with these bytes; undefined where nobody knows. */
export function greetingService(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  return greetings.find(([pattern]) => pattern.test(start))?.[1];
}

/** The service that this port belongs to, where that is no web server. */
export function portService(port: string): string | undefined {
  return ports[port];
}
