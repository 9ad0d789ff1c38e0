/** Values of every kind, of which hardly a key takes two. */
export const WRONG_VALUES: readonly unknown[] = [
  true,
  -1,
  1.5,
  99_999_999,
  '',
  '?',
  'x y',
  'a\u0007',
  [],
  [true],
  [[]],
  [{}],
  {},
  { x: 1 },
  null,
]

/** What follows the name of a value that was refused. */
export const saysWhatIsWanted =
  /(?:^|: |^\S+ )(?:it )?(?:must |has to |takes |needs |does not go |is taken|is everybody|is every client|is not a known key|has a key|is missing: )/

/** Sentences of zod and of V8 instead of our own. */
export const ofTheLibrary =
  /Invalid|Expected|expected|Unrecognized|Too (?:small|big)|NaN|undefined|ZodError|another (?:value|way|kind)/
