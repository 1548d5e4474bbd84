import { basename } from 'node:path';
import type { Family } from '../drivers/driver.ts';
import type { Product } from '../drivers/fingerprints.ts';
import { suggest } from '../config/suggest.ts';

/** The values for a new target. Missing values can be asked for interactively. */
export interface InitAnswers {
  readonly family?: string | undefined;
  readonly url?: string | undefined;
  readonly name?: string | undefined;
  readonly username?: string | undefined;
  /** Existing file with the password. */
  readonly passwordFile?: string | undefined;
  /** Existing file with the API key or token. */
  readonly tokenFile?: string | undefined;
}

/** The complete values for a new target. The secret is an existing file, or a text that `init` writes to a file. */
export interface CompleteAnswers {
  readonly family: Family;
  readonly url: string;
  readonly name: string;
  /** Absent if a token is used. */
  readonly username?: string;
  readonly secret: { readonly file: string } | { readonly text: string };
}

/** Interactive prompts. Each resolves to undefined if it was cancelled. */
export interface Prompts {
  /** Whether questions can be asked. */
  readonly isInteractive: boolean;
  choose(
    question: string,
    choices: readonly { readonly value: string; readonly label: string }[],
  ): Promise<string | undefined>;
  text(question: string, preset: string, problem: (answer: string) => string | undefined): Promise<string | undefined>;
  secret(question: string): Promise<string | undefined>;
}

/** Returns the flags that are required if no questions can be asked; empty if none is missing. */
export function missingFlags(answers: InitAnswers): readonly string[] {
  const { family, url, username, passwordFile, tokenFile } = answers;
  return [
    ...(url === undefined ? ['--url'] : []),
    ...(family === undefined && url === undefined ? ['--family (or detected from the url)'] : []),
    ...(tokenFile === undefined && username === undefined ? ['--username'] : []),
    ...(tokenFile === undefined && passwordFile === undefined ? ['--password.file (or --token.file)'] : []),
  ];
}

/** The family with a name, or a sentence if there is none. */
function familyNamed(name: string, families: readonly Family[]): Family | { readonly problem: string } {
  const found = families.find((family) => family.name === name);
  if (found !== undefined) return found;
  const names = families.map((family) => family.name);
  const near = suggest(name, names);
  const hint = near === undefined ? `one of ${names.join(', ')}` : `did you mean ${near}?`;
  return { problem: `there is no family ${JSON.stringify(name)}: ${hint}` };
}

/** The default name of a PBX: the first part of its host name, or the whole IP address. */
function nameFromUrl(url: string): string {
  if (!URL.canParse(url)) return 'pbx';
  const { hostname } = new URL(url);
  const isAddress = /^[\d.]+$|^\[/.test(hostname);
  return (isAddress ? hostname.replace(/[[\]]/g, '') : hostname.split('.')[0]) || 'pbx';
}

/** Returns the file for the secret of a target, relative to the folder of the configuration file. */
export function secretFileName(name: string): string {
  return `secrets/${basename(name.replaceAll(/[^\w.-]+/g, '-')) || 'pbx'}`;
}

/** Dependencies of the prompts. */
export interface InitDependencies {
  readonly families: readonly Family[];
  /** Returns a sentence about the fault of a URL; undefined if it is valid. */
  readonly urlProblem: (url: string) => string | undefined;
  /** Returns the product at a URL if its responses identify one. */
  readonly findProduct: (url: string) => Promise<Product | undefined>;
  /** Shows a text to the user. */
  readonly tell: (text: string) => void;
}

/** Asks for the values missing from the flags; undefined if the user cancelled. */
export async function promptForMissing(
  answers: InitAnswers,
  prompts: Prompts,
  dependencies: InitDependencies,
): Promise<CompleteAnswers | { readonly problem: string } | undefined> {
  const { families, urlProblem } = dependencies;
  const given = answers.family === undefined ? undefined : familyNamed(answers.family, families);
  if (given !== undefined && 'problem' in given) return given;
  const url =
    answers.url ?? (await prompts.text('Its address, as in the browser (http:// or https://)', '', urlProblem));
  if (url === undefined) return undefined;
  const family = given ?? (await familyAt(url, prompts, dependencies));
  if (family === undefined || 'problem' in family) return family;
  const name =
    answers.name ?? (await prompts.text('A name for it, shown in graphs and alerts', nameFromUrl(url), needed));
  if (name === undefined) return undefined;
  const account = await promptForAccount(answers, family, prompts);
  return account === undefined ? undefined : { family, url, name, ...account };
}

/** Detects the family at a URL. If it is not unique, the user is asked; if that is impossible, the result is a sentence. */
async function familyAt(
  url: string,
  prompts: Prompts,
  { families, urlProblem, findProduct, tell }: InitDependencies,
): Promise<Family | { readonly problem: string } | undefined> {
  const product = urlProblem(url) === undefined ? await findProduct(url) : undefined;
  const { name = '', families: proven = [], advice } = product ?? {};
  const fitting = families.filter((family) => proven.includes(family.name));
  if (product !== undefined) tell(`This looks like ${name}${advice === undefined ? '' : `: ${advice}`}.`);
  const [only, ...others] = fitting;
  if (only !== undefined && others.length === 0) return only;
  const offered = only === undefined ? families : fitting;
  const choices = offered.map((family) => ({ value: family.name, label: family.title }));
  const chosen = prompts.isInteractive ? await prompts.choose('Which PBX is it?', choices) : null;
  if (chosen === undefined) return undefined;
  if (chosen === null)
    return {
      problem: `the answers at the url do not show which PBX it is: set --family to one of ${offered.map((family) => family.name).join(', ')}`,
    };
  return familyNamed(chosen, families);
}

async function promptForAccount(
  { username, passwordFile, tokenFile }: InitAnswers,
  { accounts }: Family,
  prompts: Prompts,
): Promise<Pick<CompleteAnswers, 'username' | 'secret'> | undefined> {
  if (tokenFile !== undefined) return { secret: { file: tokenFile } };
  const isPlain = username !== undefined || passwordFile !== undefined;
  const kind =
    isPlain || accounts.length === 1
      ? isPlain
        ? 'password'
        : accounts[0]
      : await prompts.choose('How does it log in?', kinds);
  if (kind === undefined) return undefined;
  if (kind === 'token') {
    const text = await prompts.secret('The API key or token');
    return text === undefined ? undefined : { secret: { text } };
  }
  const user = username ?? (await prompts.text('Account on the PBX', '', needed));
  if (user === undefined) return undefined;
  if (passwordFile !== undefined) return { username: user, secret: { file: passwordFile } };
  const text = await prompts.secret('Its password');
  return text === undefined ? undefined : { username: user, secret: { text } };
}

const kinds = [
  { value: 'password', label: 'user name and password' },
  { value: 'token', label: 'API key or token' },
] as const;

function needed(answer: string): string | undefined {
  return answer.trim() === '' ? 'A value is required.' : undefined;
}
