import { z } from 'zod'
import { enumerated } from './enumerated.js'
import { didYouMean, nearMisses, type Synonyms } from './near-miss.js'

type RawIssue = z.core.$ZodRawIssue

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a section with keys',
  record: 'a section with keys',
}

// What other programs, and people, call the words of account and provider.
const WORDS: Synonyms = new Map([
  ['plain', ['password', 'cleartext']],
  ['login', ['password', 'cleartext']],
  ['password', ['password', 'cleartext']],
  ['normal', ['password', 'cleartext']],
  ['normalpassword', ['password', 'cleartext']],
  ['cram', ['password', 'encrypted']],
  ['md5', []],
  ['crammd5', ['password', 'encrypted']],
  ['digest', ['password', 'encrypted']],
  ['encrypted', ['password', 'encrypted']],
  ['kerberos', ['gssapi']],
  ['oauth', ['oauth2']],
  ['xoauth2', ['oauth2']],
  ['oauthbearer', ['oauth2']],
  ['ssl', ['tls']],
  ['ssltls', ['tls']],
  ['implicit', []],
  ['plaintext', ['none']],
  ['unencrypted', ['none']],
  ['off', ['none']],
  ['imaps', ['imap']],
  ['imap4', ['imap']],
  ['pop', ['pop3']],
  ['pop3s', ['pop3']],
  ['smtps', ['smtp']],
  ['submission', ['smtp']],
  ['warning', ['warn']],
])
const LONGEST_WORD = 40
const MOST_KEYS = 6

/**
 * What is wrong with a value, to be read after its name, for every mistake that a schema has no sentence
 * of its own for: `must be true or false`. It says what is wanted and never quotes the value.
 */
export function schemaMessage(issue: RawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.inst instanceof z.core.$ZodObject
        ? `must be a section with ${keysOf(issue.inst)}`
        : wrongKind(issue.expected, issue.input)
    case 'invalid_value':
      return oneOf(issue.values.map(String), issue.input)
    case 'too_small':
      if (issue.origin === 'string') return 'must not be empty'
      if (issue.origin === 'array') return 'must name at least one'
      return `must be at least ${issue.minimum}`
    case 'too_big':
      return issue.origin === 'string'
        ? `must not be longer than ${issue.maximum} characters`
        : `must be at most ${issue.maximum}`
    case 'invalid_format':
      return 'must be written in another way'
    default:
      return 'must be another value'
  }
}

/** That a value has to be one of some words, and which one was probably meant. */
export function oneOf(words: readonly string[], input: unknown): string {
  const suggestions =
    typeof input === 'string' && input.length <= LONGEST_WORD
      ? nearMisses(input, words, WORDS).slice(0, 1)
      : []
  return `must be ${listed(words)}${didYouMean(suggestions)}`
}

function listed(words: readonly string[]): string {
  // Without quotes YAML reads a number, and 02 becomes 2.
  const isNumeric = words.every((word) => /^\d+$/.test(word))
  const shown = isNumeric ? words.map((word) => `'${word}'`) : words
  return `${shown.length > 2 ? 'one of ' : ''}${enumerated(shown, 'or')}${isNumeric ? ', in quotes' : ''}`
}

function keysOf(section: z.core.$ZodObject): string {
  const keys = Object.keys(section._zod.def.shape)
  // A whole file has more than anybody would read in a sentence.
  return keys.length > MOST_KEYS || keys.length < 2 ? 'keys' : `the keys ${enumerated(keys, 'and')}`
}

function wrongKind(expected: string, input: unknown): string {
  const sentence = `must be ${KINDS[expected] ?? 'of another kind'}`
  if (expected === 'string' && (typeof input === 'number' || typeof input === 'boolean')) {
    return `${sentence}: write it in quotes`
  }
  const isNumber = expected === 'number' || expected === 'int'
  return isNumber && typeof input === 'string' && /^\d+$/.test(input)
    ? `${sentence}, without quotes`
    : sentence
}
