import type { YAMLError } from 'yaml'

const BRACKETS = 'check the brackets, commas and quotes'
const INDENTED = 'the indentation is wrong'
const QUOTES = 'write the value in single quotes'
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

/** What is wrong with a text that is not YAML, or not such as we take; nothing of the text is in it. */
export function yamlMistake({ code }: YAMLError): string {
  const sentence = SENTENCES[code]
  return `this is not YAML${sentence === undefined ? '' : `: ${sentence}`}`
}
