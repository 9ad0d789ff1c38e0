/** Whether this is a package that somebody installed: a checkout is started with npm instead. */
const isInstalled = /[\\/]node_modules[\\/]/.test(import.meta.url)

/** What to type for a server that phones in the same network can open. */
export const SERVE_LAN = isInstalled ? 'mailprofile serve --lan' : 'npm start -- --lan'

/** What stands before the name of a command. */
export const OWN_NAME = isInstalled ? 'mailprofile' : 'npx mailprofile'

/** How another port is chosen. npm keeps options for itself that stand before the two dashes. */
export const SERVE_ELSEWHERE = isInstalled
  ? 'choose another port with --port'
  : 'choose another port: npm start -- --port 8081'

/** For who has typed `npm start --port 8081`, of which the program gets the number alone. */
export const OPTIONS_FOR_SERVE = isInstalled
  ? undefined
  : 'With npm, options go behind two dashes: npm start -- --port 8081'
