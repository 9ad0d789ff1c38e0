import { parseAddress } from '../../account/address.js'
import type { MailService } from '../../account/mail-service.js'
import { MailProfileError } from '../../errors.js'
import { renderAutoconfig } from '../../formats/mozilla-autoconfig/mozilla-autoconfig.js'
import { renderAutodiscover } from '../../formats/outlook-autodiscover/outlook-autodiscover.js'

/** A document as this configuration makes it; null where the format has none for the domain. */
export type ExpectedDocument = string | null

/** What the deployed server should answer. */
export interface Expected {
  readonly autoconfig: ExpectedDocument
  /** For an address, or for nobody in particular: `@example.com`. */
  readonly autodiscover: (asked: string) => ExpectedDocument
  /** Null where it is switched off, too. */
  readonly pacc: ExpectedDocument
}

/** @param pacc the document of PACC, if it is switched on and there is one */
export function expectedOf(
  service: MailService,
  domain: string,
  pacc: string | undefined,
): Expected {
  return {
    autoconfig: rendered(() => renderAutoconfig(service, domain)),
    autodiscover: (asked) =>
      rendered(() =>
        renderAutodiscover(service, asked === `@${domain}` ? `@${domain}` : parseAddress(asked)),
      ),
    pacc: pacc ?? null,
  }
}

function rendered(render: () => string): ExpectedDocument {
  try {
    return render()
  } catch (error) {
    if (error instanceof MailProfileError) return null
    throw error
  }
}
