import type { Config } from '../config/config.js'
import { parseAppIcon } from '../http/pages/picture.js'
import type { OperatorApp } from '../http/pages/operator-apps.js'
import { readPicture } from './picture-file.js'

/**
 * The apps that the operator suggests, with their icons.
 *
 * @throws MailProfileError `invalid_configuration` for an icon that cannot be read or shown
 */
export async function readApps({ apps }: Pick<Config, 'apps'>): Promise<OperatorApp[]> {
  return Promise.all(
    apps.map(async ({ icon, ...app }) => {
      if (icon === undefined) return app
      const body = await readPicture(icon, 'icon', 'apps')
      return { ...app, icon: parseAppIcon(body, icon) }
    }),
  )
}
