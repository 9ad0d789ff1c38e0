/** Whether this is a package that somebody installed: a checkout is started with npm instead. */
const isInstalled = /[\\/]node_modules[\\/]/.test(import.meta.url)

/** What to type for a server that phones in the same network can open. */
export const SERVE_LAN = isInstalled ? 'mailprofile serve --lan' : 'npm start -- --lan'

/** What stands before the name of a command. */
export const OWN_NAME = isInstalled ? 'mailprofile' : 'npx mailprofile'
