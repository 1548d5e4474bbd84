/** A channel whose RTP can be requested, without the part of its name that distinguishes calls. */
export interface RtpChannel {
  readonly technology: 'pjsip' | 'sip';
  /** Name of the phone or trunk. */
  readonly endpoint: string;
}

/** `PJSIP/trunk-a-0000001f`: technology, name, and eight hexadecimal digits that count channels. */
const name = /^(PJSIP|SIP)\/(.+)-[0-9a-f]{8}$/i;

/** The phone or trunk of a channel; undefined for channels without RTP (`Local/...`) and of other technologies. Never throws. */
export function readChannelName(channel: string): RtpChannel | undefined {
  const [, technology = '', endpoint = ''] = name.exec(channel) ?? [];
  if (endpoint === '') return undefined;
  return { technology: technology.toLowerCase() === 'sip' ? 'sip' : 'pjsip', endpoint };
}
