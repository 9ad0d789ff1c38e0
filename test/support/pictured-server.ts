import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import { createServer } from 'node:tls'
import type { AppDependencies } from '../../src/http/app.js'
import { parseLogo } from '../../src/http/pages/picture.js'
import { PUBLIC_HOST } from './chromium.js'
import { startServerOfEveryPage } from './every-page.js'
import type { InvitedServer } from './invited-server.js'
import { commonServerCertificate } from './server-certificate.js'

const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
  <rect width="64" height="64" rx="18" fill="#1f4fa3"/>
  <path d="M12 22l20 15 20-15M12 20h40v26H12z" fill="none" stroke="#fff" stroke-width="5" stroke-linejoin="round"/>
  <circle cx="50" cy="16" r="9" fill="#f2b63d"/>
</svg>`

/** The looks of an operator who is made up. */
const BRANDED: Partial<AppDependencies> = {
  branding: {
    color: '#1f4fa3',
    logo: parseLogo(Buffer.from(LOGO), 'logo.svg'),
    imprint: 'https://example.com/imprint',
    privacy: 'https://example.com/privacy',
  },
}
/** Those of one who has said nothing but a name. */
const PLAIN: Partial<AppDependencies> = { branding: {} }

/** Servers of every page, one after the other, at one address of https as a public one has it. */
export interface PicturedServers {
  /** Where a browser finds that address. */
  readonly place: string
  /** A new one, on whose clock nothing has happened yet. */
  next(look: 'branded' | 'plain'): Promise<InvitedServer>
  stop(): void
}

/** On loopback: pages are drawn as people see them, with the public name in codes and links. */
export async function startPicturedServers(): Promise<PicturedServers> {
  let current: InvitedServer | undefined
  const { chain, key } = commonServerCertificate({ names: [PUBLIC_HOST] })
  const door = createServer({ cert: chain, key }, (socket) => {
    const port = Number(new URL(current?.local ?? '').port)
    const inner = connect(port, '127.0.0.1')
    inner.on('error', () => socket.destroy())
    socket.on('error', () => inner.destroy())
    socket.pipe(inner).pipe(socket)
  })
  await once(door.listen(0, '127.0.0.1'), 'listening')
  const { port } = door.address() as AddressInfo
  const url = `https://${PUBLIC_HOST}`
  return {
    place: `127.0.0.1:${port}`,
    async next(look) {
      current?.stop()
      const looks = look === 'branded' ? BRANDED : PLAIN
      current = await startServerOfEveryPage(undefined, {
        baseUrl: url,
        apps: [],
        androidIntent: undefined,
        ...looks,
      })
      return { ...current, url }
    },
    stop() {
      current?.stop()
      door.close()
    },
  }
}
