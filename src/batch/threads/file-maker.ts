import type { InvitedPersonJson } from '../../invitations/person.js'

/** Makes the files of one person. */
export interface FileMaker {
  /**
   * @param formats their ids; with none of them the person is only looked at
   * @returns a file for each, in their order
   * @throws MailProfileError for somebody who cannot be set up
   */
  make(person: InvitedPersonJson, formats: readonly string[]): Promise<readonly MadeFile[]>
  /** The same without making anything. */
  check(person: InvitedPersonJson, formats: readonly string[]): void
}

export interface MadeFile {
  readonly format: string
  /** With its dot. */
  readonly extension: string
  readonly body: Uint8Array
}
