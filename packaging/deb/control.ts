import { createHash } from 'node:crypto'

export interface PackageFile {
  /** Its path in the package, without a slash before it. */
  readonly path: string
  readonly content: Uint8Array
  readonly isExecutable: boolean
}

export type Architecture = 'amd64' | 'arm64'

/**
 * @param text as Debian calls the processor, or Node
 * @throws Error for all others: SQLite comes for these
 */
export function parseArchitecture(text: string): Architecture {
  if (text === 'amd64' || text === 'arm64') return text
  if (text === 'x64') return 'amd64'
  throw new Error(`--arch is amd64 or arm64, and not ${text}: SQLite comes for these.`)
}

/** Who answers for the package, as Debian's own tools are told. */
export function maintainer(env: Readonly<Record<string, string | undefined>>): string {
  return `${env['DEBFULLNAME'] ?? 'mailprofile'} <${env['DEBEMAIL'] ?? 'mailprofile@localhost'}>`
}

/**
 * The version of the package: what comes before a release is older than it (`1.0.0~rc.1`), and the
 * packaging itself is at its first try.
 */
export function debianVersion(version: string): string {
  return `${version.replace('-', '~')}-1`
}

export function controlFile(
  architecture: Architecture,
  files: readonly PackageFile[],
  { version, maintainer }: { readonly version: string; readonly maintainer: string },
): string {
  // In KiB, each file by itself, as dpkg-gencontrol counts.
  const size = files.reduce((sum, { content }) => sum + Math.ceil(content.length / 1024), 0)
  return `Package: mailprofile
Version: ${debianVersion(version)}
Architecture: ${architecture}
Maintainer: ${maintainer}
Installed-Size: ${size}
Pre-Depends: init-system-helpers (>= 1.54~)
Depends: nodejs (>= 20.19), libc6 (>= 2.18), libgcc-s1 (>= 4.2), procps
Suggests: nginx | caddy | httpd, certbot, redis-server | valkey-server
Section: mail
Priority: optional
Description: sets up mail accounts on phones, by one QR code
 A person scans one QR code: an iPhone, iPad or Mac gets a signed configuration
 profile, an Android phone gets what its mail app really accepts, and anything
 else gets the settings to copy, in fifteen languages. For other mail programs
 it answers autoconfig, Autodiscover and says which DNS records they look for.
 .
 The service listens on 127.0.0.1, port 8080, for a proxy in front.
`
}

/** `md5sums`, by which dpkg --verify finds what was changed. */
export function checksums(files: readonly PackageFile[]): string {
  return files
    .map(({ path, content }) => `${createHash('md5').update(content).digest('hex')}  ${path}\n`)
    .join('')
}

/** `changelog.Debian`, which leads to the real one. */
export function debianChangelog({
  version,
  maintainer,
  date,
}: {
  readonly version: string
  readonly maintainer: string
  readonly date: Date
}): string {
  return `mailprofile (${debianVersion(version)}) unstable; urgency=medium

  * Version ${version}: see /usr/share/doc/mailprofile/changelog.gz.

 -- ${maintainer}  ${date.toUTCString().replace('GMT', '+0000')}
`
}
