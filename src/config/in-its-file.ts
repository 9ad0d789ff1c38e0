import type { Config } from './config.js'

/**
 * For a hint, behind the name of a key: the file that says it. One of another name, or in another folder, is as
 * good as none, and who wrote it believes that it is read.
 */
export function inItsFile({ file, missingFile }: Pick<Config, 'file' | 'missingFile'>): string {
  if (missingFile !== undefined) return ` in ${missingFile}, which is not there,`
  return file === undefined ? '' : ` in ${file}`
}
