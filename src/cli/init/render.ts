import { stringify } from 'yaml'
import { DEFAULT_STORE, PROVIDERS_FOLDER, holdsPassword, type InitPlan } from './plan.js'

// A file that is replaced may have had a group that reads it.
const HAS_PASSWORD =
  '# It has a password, so this file is not for everybody to read: docs/service.md has another place for it.'

/** The configuration of a plan, with what each part is for. */
export function renderConfig(plan: InitPlan, hasProviders: boolean): string {
  const { domains, brand, baseUrl, signing, store } = plan
  return [
    '# Made by “mailprofile init”; docs/configuration.md has every key. Paths begin at this folder.\n' +
      '# After a change: “mailprofile config check”, and start the server again.\n',
    '# Where people reach the server. Links and QR codes are made from it, and never from a request.\n' +
      line('baseUrl', baseUrl, 'https://setup.example.com'),
    '# Whose addresses it answers for, and nobody else’s.\n' + yaml({ serve: { domains } }),
    '# Where the mail servers of your domains are: one file for each provider.\n' +
      line('providers', hasProviders ? PROVIDERS_FOLDER : undefined, PROVIDERS_FOLDER),
    '# What signs the profiles, so that an iPhone shows “Verified”. Keep the key when the certificate is\n' +
      '# renewed (certbot --reuse-key). Without it, a development certificate signs: for trying it out.\n' +
      (signing === undefined
        ? '# signing: { certificate: tls/fullchain.pem, key: tls/privkey.pem }\n'
        : yaml({ signing })),
    '# Where invitations are kept: a file of SQLite, or Redis for several servers.\n' +
      (holdsPassword(plan) ? `${HAS_PASSWORD}\n` : '') +
      line('store', store, DEFAULT_STORE),
    '# Where it listens, and the proxy with https in front, which is believed who asks.\n' +
      '# listen: { host: 127.0.0.1, port: 8080 }\n' +
      // Nobody but this machine reaches the address above.
      `${baseUrl?.startsWith('https:') === true ? '' : '# '}trustProxy: [127.0.0.1]\n`,
    '# Whose name people see, and whom they ask.\n' +
      (brand === undefined
        ? '# branding: { name: Example Mail, contact: help@example.com }\n'
        : `${yaml({ branding: { name: brand } })}  # contact: help@example.com\n`),
  ].join('\n')
}

function line(key: string, value: string | undefined, example: string): string {
  return value === undefined ? `# ${key}: ${example}\n` : yaml({ [key]: value })
}

function yaml(value: object): string {
  return stringify(value, { lineWidth: 0, singleQuote: true })
}
