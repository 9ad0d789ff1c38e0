const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'it is not there'],
  ['EISDIR', 'it is a folder'],
  ['ENOTDIR', 'a part of its path is a file'],
  ['EACCES', 'this user may not read it'],
  ['EPERM', 'this user may not read it'],
])

/** Why a file or folder cannot be read, to be read after that: `: it is a folder`, or nothing. */
export function whyUnreadable(cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code
  const reason = REASONS.get(code ?? '')
  return reason === undefined ? '' : `: ${reason}`
}
