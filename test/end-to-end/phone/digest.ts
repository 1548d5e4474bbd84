import { createHash } from 'node:crypto';
import { header, methodOf, type SipHeader, type SipMessage, statusOf } from './sip-message.ts';

/** Username and password of a phone. */
export interface SipAccount {
  readonly username: string;
  readonly password: string;
}

/**
 * Returns the header that answers the challenge of a 401 or 407 (RFC 2617: MD5, with `qop=auth` if offered); undefined if there is no
 * challenge.
 */
export function answerChallenge(
  response: SipMessage,
  uri: string,
  { username, password }: SipAccount,
): SipHeader | undefined {
  const isProxy = statusOf(response) === 407;
  const challenge = header(response, isProxy ? 'proxy-authenticate' : 'www-authenticate');
  const parameter = (name: string): string => new RegExp(`${name}="?([^",]+)`, 'i').exec(challenge)?.[1] ?? '';
  const [realm, nonce, opaque] = [parameter('realm'), parameter('nonce'), parameter('opaque')];
  if (nonce === '') return undefined;
  const [count, clientNonce] = ['00000001', md5(nonce).slice(0, 8)];
  const hasQop = parameter('qop') !== '';
  const middle = hasQop ? `${nonce}:${count}:${clientNonce}:auth` : nonce;
  const proof = md5(`${md5(`${username}:${realm}:${password}`)}:${middle}:${md5(`${methodOf(response)}:${uri}`)}`);
  const parts = [
    `username="${username}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${proof}", algorithm=MD5`,
    ...(hasQop ? [`qop=auth, nc=${count}, cnonce="${clientNonce}"`] : []),
    ...(opaque === '' ? [] : [`opaque="${opaque}"`]),
  ];
  return [isProxy ? 'proxy-authorization' : 'authorization', `Digest ${parts.join(', ')}`];
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
