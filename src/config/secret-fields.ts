import type { KeyFacts } from './key-facts.ts';

/** Keys that say how to log in. */
export const accountFields: readonly KeyFacts[] = [
  {
    key: 'username',
    value: 'text',
    fallback: 'none',
    example: 'exporter',
    about: 'The account on the PBX; goes with a password.',
  },
  {
    key: 'password',
    value: 'text',
    fallback: 'none',
    example: '"example"',
    about: 'Its password, written into this file.',
  },
  {
    key: 'password_file',
    value: 'path of a file',
    fallback: 'none',
    example: '/run/secrets/pbx',
    about: 'A file that holds nothing but the password.',
  },
  {
    key: 'password_env',
    value: 'name of a variable',
    fallback: 'none',
    example: 'HQ_PASSWORD',
    about: 'An environment variable that holds the password.',
  },
  {
    key: 'token',
    value: 'text',
    fallback: 'none',
    example: '"example"',
    about: 'An API key or static token, instead of username and password.',
  },
  {
    key: 'token_file',
    value: 'path of a file',
    fallback: 'none',
    example: '/run/secrets/pbx',
    about: 'A file that holds nothing but the token.',
  },
  {
    key: 'token_env',
    value: 'name of a variable',
    fallback: 'none',
    example: 'HQ_TOKEN',
    about: 'An environment variable that holds the token.',
  },
];

/** Keys for the key of hashed names. */
export const hashKeyFields: readonly KeyFacts[] = [
  {
    key: 'hash_key_file',
    value: 'path of a file',
    fallback: 'the one under `peers` at the top; required with `names: hash`',
    example: '/run/secrets/hash-key',
    about:
      'A file that holds nothing but the key of hashed names, 16 characters or more. Without a key no names are exported, and `check` calls that an error.',
  },
  {
    key: 'hash_key_env',
    value: 'name of a variable',
    fallback: 'none',
    example: 'HASH_KEY',
    about: 'An environment variable that holds the key of hashed names.',
  },
];
