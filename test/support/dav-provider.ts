import { parseProvider } from '../../src/providers/provider.js'

/** A provider of calendars and contacts alone, as a Nextcloud is. */
export const cloud = parseProvider(
  `
id: example-cloud
name: Example Cloud
domains: [cloud.example]
calendar: { url: 'https://nextcloud.cloud.example/remote.php/dav/', username: '%EMAILLOCALPART%' }
contacts: { url: 'https://nextcloud.cloud.example/remote.php/dav/', username: '%EMAILLOCALPART%' }
`,
  'cloud.yaml',
)
