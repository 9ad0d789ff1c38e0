import { parseAccount, type Account } from '../account/account.js'
import { DuplicateKey, readJson } from '../encoding/read-json.js'
import { placeOf, yamlPlace } from '../encoding/yaml-place.js'
import { MailProfileError } from '../errors.js'

/**
 * The account of a JSON file.
 *
 * @param file its name, for errors
 * @throws MailProfileError as `parseAccount`, with file, line and column; never with a value
 */
export function parseAccountFile(text: string, file: string): Account {
  const json = parseJson(text, file)
  try {
    return parseAccount(json)
  } catch (error) {
    if (!(error instanceof MailProfileError)) throw error
    const { code, message, hint, field } = error
    const place = yamlPlace(text, field === undefined || field === '' ? [] : field.split('.'))
    throw new MailProfileError(code, `${file}:${place}: ${message}`, { hint, field, cause: error })
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return readJson(text)
  } catch (error) {
    if (error instanceof DuplicateKey) {
      throw new MailProfileError('invalid_account', 'The account file has a key twice.')
    }
    // The parser's own message quotes the file, which may hold a password; some have the place.
    const [, position] = /at position (\d+)/.exec(error instanceof Error ? error.message : '') ?? []
    const place = position === undefined ? '' : `${file}:${placeOf(text, Number(position))}: `
    throw new MailProfileError('invalid_account', `${place}The account file is not JSON.`)
  }
}
