import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Command } from 'commander';
import { secretIn } from '../config/account.ts';
import { addressFault } from '../config/url.ts';
import { readTextFile } from '../config/read-file.ts';
import { secureContextFor } from '../transport/secure-context.ts';
import { examples, type ProcessContext } from './flags.ts';
import type { Terminal } from './terminal.ts';

/** Options of `retry`. */
export interface RetryOptions {
  readonly name: string | undefined;
  readonly exporterUrl: string;
  readonly username?: string | undefined;
  readonly passwordFile?: string | undefined;
  /** Certificates to trust instead of the machine's own. */
  readonly caFile?: string | undefined;
}

/** The request to the exporter. */
interface Asking {
  readonly url: URL;
  readonly auth?: string;
  readonly ca?: string;
}

/** Maximum time (ms) to wait for the response, because the round may be queued. */
const patienceMs = 5 * 60_000;
/** Maximum size of the response in bytes; an exporter never sends more. */
const longestAnswer = 65_536;

/** `pbx-exporter retry NAME`: makes the running exporter try a target now. Returns the exit code: 0 if its PBX is up. */
export async function retry(options: RetryOptions, terminal: Terminal): Promise<number> {
  const asking = prepare(options);
  if ('problem' in asking) {
    terminal.error(`${asking.problem}\n`);
    return 1;
  }
  const answer = await post(asking).catch((thrown: unknown) => ({ problem: whyUnanswered(thrown, asking.url) }));
  if ('problem' in answer) {
    terminal.error(`${answer.problem}\n`);
    return 1;
  }
  if (answer.status === 200) terminal.out(answer.text);
  else terminal.error(explained(answer, options));
  return answer.status === 200 ? 0 : 1;
}

function prepare({
  name,
  exporterUrl,
  username,
  passwordFile,
  caFile,
}: RetryOptions): Asking | { readonly problem: string } {
  if (name === undefined) return { problem: 'Specify a target of the running exporter.' };
  const base = URL.parse(exporterUrl);
  if (base === null || !/^https?:$/.test(base.protocol))
    return {
      problem: `--exporter.url: ${JSON.stringify(exporterUrl)} is not an address; write it as http://HOST:10560`,
    };
  const address = addressFault(exporterUrl);
  if (address !== undefined) return { problem: `--exporter.url: it ${address.message}` };
  if ((username === undefined) !== (passwordFile === undefined))
    return { problem: '--username and --password.file must be used together' };
  const url = new URL(`${base.pathname.replace(/\/$/, '')}/-/retry`, base);
  url.searchParams.set('pbx', name);
  const ca = caFile === undefined ? undefined : readTextFile(caFile);
  if (typeof ca === 'object') return { problem: `--ca.file: the file ${caFile} ${ca.problem}` };
  const password = passwordFile === undefined ? undefined : readPassword(passwordFile);
  if (typeof password === 'object') return password;
  return { url, ...(ca !== undefined && { ca }), ...(password !== undefined && { auth: `${username}:${password}` }) };
}

function readPassword(path: string): string | { readonly problem: string } {
  const text = readTextFile(path);
  if (typeof text === 'object') return { problem: `--password.file: the file ${path} ${text.problem}` };
  return secretIn(text) ?? { problem: `--password.file ${path}: the file must contain exactly one line, the password` };
}

function post({ url, auth, ca }: Asking): Promise<{ readonly status: number; readonly text: string }> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', signal: AbortSignal.timeout(patienceMs), agent: false, ...(auth && { auth }) };
    const trust = url.protocol === 'https:' && { secureContext: secureContextFor(ca === undefined ? {} : { ca }) };
    const request = send(url, { ...options, ...trust }, (response) => {
      const parts: Buffer[] = [];
      let size = 0;
      response.on('data', (part: Buffer) => {
        size += part.length;
        if (size <= longestAnswer) parts.push(part);
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }),
      );
    });
    request.on('error', reject);
    request.end();
  });
}

function explained(
  { status, text }: { readonly status: number; readonly text: string },
  options: RetryOptions,
): string {
  if (status === 401)
    return options.username === undefined
      ? 'The exporter requires a user name and a password: use --username and --password.file.\n'
      : 'The exporter refused this user name or password.\n';
  if (status === 404 && text.startsWith('Nothing here'))
    return 'This exporter has no /-/retry, because it is an older version.\n';
  if (text.trim() === '' || text.startsWith('<'))
    return `The server at ${options.exporterUrl} is not a pbx-exporter (HTTP ${status}).\n`;
  return text;
}

function whyUnanswered(thrown: unknown, { origin, protocol }: URL): string {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  const name = thrown instanceof Error ? thrown.name : '';
  if (code === 'ECONNREFUSED') return `No exporter is running at ${origin}: set its address with --exporter.url.`;
  if (name === 'TimeoutError' || code === 'ABORT_ERR')
    return `The exporter at ${origin} did not answer within ${patienceMs / 60_000} min.`;
  if (protocol === 'https:' && /CERT|SIGNATURE|ISSUER|ALTNAME/.test(code))
    return `The certificate of the exporter at ${origin} is not trusted (${code}): set its authority with --ca.file.`;
  if (code === 'EPROTO') return `The exporter at ${origin} does not use TLS: write http:// in --exporter.url.`;
  if (code === 'ECONNRESET' || code.startsWith('HPE_'))
    return `The server at ${origin} did not answer in HTTP (${code}): try https:// in --exporter.url.`;
  return `The exporter at ${origin} could not be reached (${code === '' ? 'unknown error' : code}): check --exporter.url.`;
}

interface RetryFlags {
  readonly 'exporter.url': string;
  readonly username?: string;
  readonly 'password.file'?: string;
  readonly 'ca.file'?: string;
}

/** Adds `retry`. */
export function addRetry(program: Command, { terminal, exit }: ProcessContext): void {
  program
    .command('retry')
    .argument('[name]', 'name of a target of the running exporter')
    .description('make the running exporter try one login now, after you corrected the cause of a refusal on the PBX')
    .option('--exporter.url <url>', 'address of the exporter', 'http://127.0.0.1:10560')
    .option('--username <name>', 'user from its web configuration file, if there is one')
    .option('--password.file <path>', 'file with the password of that user')
    .option('--ca.file <path>', 'certificates to trust, if the exporter uses its own')
    .addHelpText(
      'after',
      `${examples(
        'pbx-exporter retry hq',
        'pbx-exporter retry hq --exporter.url https://exporter.example.org:10560 --username admin --password.file admin.secret',
      )}\nNo login is sent if one more refusal could make the PBX lock the exporter out. The output then shows when the next login is possible.\nExit code: 0 if the PBX is up, otherwise 1.\n`,
    )
    .action(async (name: string | undefined, flags: RetryFlags) =>
      exit(
        await retry(
          {
            name,
            exporterUrl: flags['exporter.url'],
            username: flags.username,
            passwordFile: flags['password.file'],
            caFile: flags['ca.file'],
          },
          terminal,
        ),
      ),
    );
}
