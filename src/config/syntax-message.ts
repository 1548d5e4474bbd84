import type { YAMLError } from 'yaml';

/**
 * The YAML library's own sentences quote the text around a fault, and that may be a password. So only its codes are used.
 */
const messages: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  BAD_COLLECTION_TYPE: 'the tag before this value does not fit it: leave the tag out',
  BAD_DIRECTIVE: 'a line that starts with % is not understood here',
  BAD_DQ_ESCAPE:
    'a backslash in double quotes starts an escape, and this one does not exist: use single quotes instead',
  BAD_INDENT: 'the indentation does not fit the lines before it, or a bracket is not closed',
  BAD_SCALAR_START: 'a value cannot start with this character: put the value in quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'there is a second ": " in this line: put the value in quotes, or start a new line for each key',
  BLOCK_IN_FLOW: 'inside { } and [ ] everything is separated by commas; "- " and indentation are not used there',
  KEY_OVER_1024_CHARS: 'this key is far too long: is a quote not closed?',
  MISSING_CHAR:
    'a character is missing here or just before: a closing quote or bracket, a comma, "- ", or the space after a colon',
  MULTILINE_IMPLICIT_KEY: 'a key must be on one line and end with ": ", with a space after the colon',
  MULTIPLE_ANCHORS: 'a value can have only one anchor (&name)',
  MULTIPLE_TAGS: 'a value can have only one tag, and here none is needed',
  TAB_AS_INDENT: 'there is a tab in the indentation: use spaces',
  TAG_RESOLVE_FAILED: 'tags (!name) are not understood: leave the tag out, or put the value in quotes',
  UNEXPECTED_TOKEN:
    'this is not expected here: check the quotes, brackets and indentation of this line and the one before',
};

/** What a YAML error code means, in words for people and without a piece of the file. */
export function syntaxMessage(code: YAMLError['code']): string {
  return messages[code] ?? 'this is not valid YAML: check the quotes, brackets and indentation';
}
