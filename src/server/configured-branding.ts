import type { Config } from '../config/config.js'
import { parseLogo } from '../http/pages/picture.js'
import type { Branding } from '../http/pages/branding.js'
import { readPicture } from './picture-file.js'

/**
 * How the pages look.
 *
 * @throws MailProfileError `invalid_configuration` for a logo that cannot be read or shown
 */
export async function readBranding({ branding }: Pick<Config, 'branding'>): Promise<Branding> {
  const { color, darkColor, logo, imprint, privacy, notice } = branding
  return {
    color,
    darkColor,
    imprint,
    privacy,
    notice,
    logo:
      logo === undefined
        ? undefined
        : parseLogo(await readPicture(logo, 'logo', 'branding.logo'), logo),
  }
}
