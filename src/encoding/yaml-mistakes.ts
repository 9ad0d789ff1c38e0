import type { YAMLError } from 'yaml'

const BRACKETS = 'check the brackets, commas and quotes'
const INDENTED = 'the indentation is wrong'
const TOO_FAR = 'this line is indented further than the key above it, which has its value already'
const QUOTES = 'write the value in single quotes'
/** Of a value such as a colour, `#7a1fa2`. */
export const COMMENT = '# begins a comment: put the value in quotes'
/** Characters. */
const NEARBY = 300
const PROPERTIES = 'anchors (&), aliases (*) and tags (!) are not needed here: put quotes around it'

// The parser's own sentences quote what they are about.
const SENTENCES: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  ALIAS_PROPS: PROPERTIES,
  BAD_ALIAS: PROPERTIES,
  BAD_COLLECTION_TYPE: PROPERTIES,
  BAD_DIRECTIVE: PROPERTIES,
  BAD_DQ_ESCAPE: `\\ has a meaning between double quotes: ${QUOTES}`,
  BAD_INDENT: INDENTED,
  BAD_PROP_ORDER: PROPERTIES,
  BAD_SCALAR_START: `a value cannot begin so: ${QUOTES}`,
  BLOCK_AS_IMPLICIT_KEY: `this line has a second “: ”: ${QUOTES}`,
  BLOCK_IN_FLOW: BRACKETS,
  DUPLICATE_KEY: 'a key stands there twice',
  MISSING_CHAR: BRACKETS,
  MULTILINE_IMPLICIT_KEY: `a key has to be on one line, with “: ” after it`,
  MULTIPLE_ANCHORS: PROPERTIES,
  MULTIPLE_DOCS: 'the file has to be one document: there is a second one',
  MULTIPLE_TAGS: PROPERTIES,
  NON_STRING_KEY: 'a key has to be text',
  TAB_AS_INDENT: 'a line may not be indented with tabs: use spaces',
  TAG_RESOLVE_FAILED: PROPERTIES,
}

/** What is wrong with a text, and where. */
export interface YamlMistake {
  /** Nothing of the text is in it. */
  readonly sentence: string
  readonly offset: number
}

/**
 * What is wrong with a text that is not YAML, or not such as we take.
 *
 * @param errors the parser's, in the order of the text
 */
export function yamlMistake(text: string, errors: readonly YAMLError[]): YamlMistake | undefined {
  const [first] = errors
  if (first === undefined) return undefined
  const comment = commentInBrackets(text, first.pos[0])
  if (comment !== undefined) return { sentence: `this is not YAML: ${COMMENT}`, offset: comment }
  const tooFar = lineTooFar(text, first, errors)
  if (tooFar !== undefined) return { sentence: `this is not YAML: ${TOO_FAR}`, offset: tooFar }
  const sentence = SENTENCES[first.code]
  return {
    sentence: `this is not YAML${sentence === undefined ? '' : `: ${sentence}`}`,
    offset: first.pos[0],
  }
}

// The parser takes such a line for more of the value above, and its key for a second one of that line.
function lineTooFar(
  text: string,
  { code, pos: [start] }: YAMLError,
  errors: readonly YAMLError[],
): number | undefined {
  if (code !== 'BLOCK_AS_IMPLICIT_KEY') return undefined
  const whole = errors.find((one) => one.code === 'MULTILINE_IMPLICIT_KEY' && one.pos[0] === start)
  if (whole === undefined) return undefined
  const newline = text.lastIndexOf('\n', whole.pos[1])
  return newline + 1 + text.slice(newline + 1).search(/\S/)
}

// As in { name: Example, color: #7a1fa2 }: the bracket that would end the section is a part of the comment, so
// that the parser stumbles over whatever comes next.
function commentInBrackets(text: string, at: number): number | undefined {
  const start = Math.max(0, at - NEARBY)
  const found = /[{[][^\n#]*[:,[] +#\S[^\n]*[}\]]/.exec(text.slice(start, at + NEARBY))
  return found === null ? undefined : start + found.index + found[0].indexOf('#')
}
