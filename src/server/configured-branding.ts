import { readFile, stat } from 'node:fs/promises'
import type { Config } from '../config/config.js'
import { whyUnreadable } from '../encoding/unreadable.js'
import { MailProfileError } from '../errors.js'
import { parseLogo } from '../http/pages/logo.js'
import type { Branding } from '../http/pages/branding.js'

const MAX_LOGO_BYTES = 100_000

/**
 * How the pages look.
 *
 * @throws MailProfileError `invalid_configuration` for a logo that cannot be read or shown
 */
export async function readBranding({ branding }: Config): Promise<Branding> {
  const { color, darkColor, logo, imprint, privacy } = branding
  return {
    color,
    darkColor,
    imprint,
    privacy,
    logo: logo === undefined ? undefined : parseLogo(await readLogo(logo), logo),
  }
}

async function readLogo(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path)
    if (size <= MAX_LOGO_BYTES) return await readFile(path)
  } catch (cause) {
    throw new MailProfileError(
      'invalid_configuration',
      `The logo ${path} cannot be read${whyUnreadable(cause)}.`,
      { hint: 'Check the path and who may read it.', field: 'branding.logo', cause },
    )
  }
  throw new MailProfileError('invalid_configuration', `The logo ${path} is larger than 100 kB.`, {
    hint: 'Everybody who scans a code loads it: make it smaller, or take an SVG.',
    field: 'branding.logo',
  })
}
