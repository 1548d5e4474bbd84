import { key } from './key-facts.ts';
import { inlineSecret, literal, text } from './values.ts';

/** Keys that say how to log in. */
export const accountKeys = {
  username: key(literal(), {
    fallback: 'none',
    example: 'exporter',
    about: 'The account on the PBX; requires a password.',
  }),
  password: key(inlineSecret(), {
    fallback: 'none',
    example: '"example"',
    about: 'Its password, written into this file.',
  }),
  password_file: key(text('path of a file'), {
    fallback: 'none',
    example: 'secrets/pbx',
    about: 'A file that contains only the password.',
  }),
  password_env: key(text('name of a variable'), {
    fallback: 'none',
    example: 'HQ_PASSWORD',
    about: 'An environment variable with the password.',
  }),
  token: key(inlineSecret(), {
    fallback: 'none',
    example: '"example"',
    about: 'An API key or static token, instead of username and password.',
  }),
  token_file: key(text('path of a file'), {
    fallback: 'none',
    example: 'secrets/pbx',
    about: 'A file that contains only the token.',
  }),
  token_env: key(text('name of a variable'), {
    fallback: 'none',
    example: 'HQ_TOKEN',
    about: 'An environment variable with the token.',
  }),
};

/** Keys for the key of hashed names; `fallback` tells what holds without one. */
export const hashKeys = (fallback: string) => ({
  hash_key_file: key(text('path of a file'), {
    fallback,
    example: 'secrets/hash-key',
    about:
      'A file that contains only the key of hashed names, 16 characters or more. Without a key, no names are exported, and `check` reports an error.',
  }),
  hash_key_env: key(text('name of a variable'), {
    fallback: 'none',
    example: 'HASH_KEY',
    about: 'An environment variable with the key of hashed names.',
  }),
});
