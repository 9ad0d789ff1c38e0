import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { packageUnit } from '../../packaging/deb/unit.js'
import { createTestChain } from '../support/certificates.js'
import { runCli } from '../support/cli.js'
import { example, EXAMPLES } from '../support/examples.js'
import { isMissing, program } from '../support/programs.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const FOLDER = join(ROOT, 'packaging/nixos')
const REGISTRY = 'https://npm.example.com/'

// What both files use of nixpkgs, of which Debian has nothing, in as few words as will do.
const NIXPKGS = `
  strings = {
    last = list: builtins.elemAt list (builtins.length list - 1);
    splitString = by: text: builtins.filter builtins.isString (builtins.split by text);
    hasPrefix = start: text: builtins.substring 0 (builtins.stringLength start) text == start;
    optionalAttrs = condition: set: if condition then set else { };
    optional = condition: one: if condition then [ one ] else [ ];
    optionals = condition: list: if condition then list else [ ];
    nameValuePair = name: value: { inherit name value; };
    mapAttrs' = f: set: builtins.listToAttrs (map (name: f name set.\${name}) (builtins.attrNames set));
    mapAttrsToList = f: set: map (name: f name set.\${name}) (builtins.attrNames set);
    importJSON = path: builtins.fromJSON (builtins.readFile path);
    getExe = package: "\${package.outPath}/bin/\${package.meta.mainProgram}";
  };
  types = builtins.listToAttrs (map (name: { inherit name; value = of: of; }) [ "attrsOf" "submodule" ])
    // builtins.listToAttrs (map (name: { inherit name; value = name; }) [ "bool" "package" "port" "str" ]);
  lib = builtins // strings // {
    inherit types;
    mkOption = option: option;
    mkEnableOption = text: { type = "bool"; description = text; };
    mkIf = condition: content: if condition then content else { };
    fileset = { unions = list: list; toSource = { root, fileset }: map toString fileset; };
    licenses.mit = "MIT";
  };
  pkgs = {
    coreutils = "/coreutils";
    formats.yaml = _: { type = "yaml"; generate = name: value: builtins.toJSON value; };
    writeShellScriptBin = name: text: { inherit name text; };
    callPackage = path: given: import path (given // {
      inherit lib;
      stdenv = { hostPlatform.isLinux = true; cc.cc.lib = "libgcc"; };
      autoPatchelfHook = "patch";
      nodejs_22 = "node";
      buildNpmPackage = all: all // { outPath = "/mailprofile"; };
      importNpmLock = { __functor = _: given: given; npmConfigHook = "configure"; };
    });
  };
`

/** What an expression says, which has `lib` and `pkgs`. */
function evaluate(expression: string): unknown {
  const folder = temporaryFolder()
  const file = join(folder, 'all.nix')
  writeFileSync(file, `let ${NIXPKGS} in ${expression}`)
  const argv = ['--eval', '--strict', '--json', '--store', 'dummy://', file]
  return JSON.parse(nix(argv, folder))
}

function nix(argv: readonly string[], folder = temporaryFolder()): string {
  return execFileSync(program('nix-instantiate'), argv, {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: folder, NIX_STATE_DIR: folder, NIX_STORE_DIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

interface Evaluated {
  readonly systemd: { readonly services: { readonly mailprofile: Service } }
  readonly networking: { readonly firewall: { readonly allowedTCPPorts: readonly number[] } }
  readonly environment: { readonly systemPackages: readonly { readonly text: string }[] }
  readonly assertions: readonly { readonly assertion: boolean }[]
  readonly settings: Readonly<Record<string, unknown>>
}

interface Service {
  readonly description: string
  readonly wants: readonly string[]
  readonly after: readonly string[]
  readonly wantedBy: readonly string[]
  readonly startLimitIntervalSec: number
  readonly startLimitBurst: number
  readonly environment: Readonly<Record<string, string>>
  readonly serviceConfig: Readonly<Record<string, Value>>
}

type Value = string | number | boolean | readonly string[]

/** The module with a configuration of an operator, and its defaults where they say nothing. */
function module(configuration: string): Evaluated {
  return evaluate(`
    let
      own = (${configuration}).services.mailprofile;
      asked = import ${FOLDER}/module.nix { inherit lib pkgs config; };
      options = asked.options.services.mailprofile;
      keys = options.settings.type.options;
      defaults = builtins.mapAttrs (_: option: option.default) (removeAttrs options [ "enable" "package" ]);
      settings = {
        listen = { host = keys.listen.host.default; port = keys.listen.port.default; };
        store = keys.store.default;
      } // own.settings;
      config.services.mailprofile = defaults // own // { inherit settings; };
    in asked.config // { inherit settings; }`) as Evaluated
}

const [INSTALLED = '', RENEWED = ''] = EXAMPLES.filter(
  ({ page, language }) => page === 'docs/nixos.md' && language === 'nix',
).map(({ text }) => text)

/** The page's module, with the checkout where the page has a clone. */
const PAGE = `(${INSTALLED.replaceAll('./mailprofile/', ROOT)}) { inherit pkgs; }`

/** The lines of a section, as systemd reads them: a truth has several names. */
function section(unit: string, name: string): readonly string[] {
  const [, lines = ''] = unit.split(new RegExp(`^\\[${name}\\]\\n`, 'm'))
  return (lines.split(/^\[/m)[0] ?? '')
    .split('\n')
    .filter((line) => /^\w+=/.test(line))
    .sort()
}

function written(config: Readonly<Record<string, Value>>): readonly string[] {
  return Object.entries(config)
    .flatMap(([name, value]) =>
      (Array.isArray(value)
        ? (value as readonly string[])
        : [value as string | number | boolean]
      ).map((one) => `${name}=${one === true ? 'yes' : one === false ? 'no' : String(one)}`),
    )
    .sort()
}

describe.skipIf(isMissing('nix-instantiate'))('the files for NixOS', () => {
  it.each(['module.nix', 'package.nix'])('%s is Nix', (name) => {
    expect(nix(['--parse', join(FOLDER, name)])).not.toBe('')
  })

  it('the module has the unit of the Debian package, directive by directive', () => {
    const shipped = packageUnit(readFileSync(join(ROOT, 'contrib/mailprofile.service'), 'utf8'))
    const { systemd } = module(
      '{ services.mailprofile = { enable = true; settings = { }; package = { outPath = "/mailprofile"; meta.mainProgram = "mailprofile"; }; }; }',
    )
    const { serviceConfig, environment, ...unit } = systemd.services.mailprofile
    // Where programs and the configuration are is NixOS's own business.
    const elsewhere = /^(?:ExecStart|ExecReload|Environment)=/
    expect(written(serviceConfig).filter((line) => !elsewhere.test(line))).toEqual(
      section(shipped, 'Service').filter((line) => !elsewhere.test(line)),
    )
    expect(serviceConfig).toMatchObject({
      ExecStart: '/mailprofile/bin/mailprofile serve',
      ExecReload: '/coreutils/bin/kill -HUP $MAINPID',
    })
    expect(Object.keys(environment)).toEqual(['MAILPROFILE_CONFIG'])
    expect([
      `Description=${unit.description}`,
      `Wants=${unit.wants.join(' ')}`,
      `After=${unit.after.join(' ')}`,
      `StartLimitIntervalSec=${unit.startLimitIntervalSec}`,
      `StartLimitBurst=${unit.startLimitBurst}`,
    ]).toEqual(
      expect.arrayContaining(
        section(shipped, 'Unit').filter((line) => !line.startsWith('Documentation=')),
      ),
    )
    expect([`WantedBy=${unit.wantedBy.join(' ')}`]).toEqual(section(shipped, 'Install'))
  })

  it('the page’s configuration hands over what it says, and opens no port', async () => {
    const { systemd, networking, environment, assertions, settings } = module(PAGE)
    const { serviceConfig, environment: variables } = systemd.services.mailprofile
    expect(serviceConfig['LoadCredential']).toEqual([
      'MAILPROFILE_STORE:/run/secrets/mailprofile-store',
      'fullchain.pem:/var/lib/acme/setup.example.com/fullchain.pem',
      'privkey.pem:/var/lib/acme/setup.example.com/key.pem',
    ])
    expect(variables['MAILPROFILE_STORE_FILE']).toBe('%d/MAILPROFILE_STORE')
    expect(networking.firewall.allowedTCPPorts).toEqual([])
    expect(assertions.map(({ assertion }) => assertion)).toEqual([true])
    expect(environment.systemPackages[0]?.text).toContain('exec /mailprofile/bin/mailprofile "$@"')

    const folder = temporaryFolder()
    const chain = createTestChain(folder, 'P-256')
    writeFileSync(join(folder, 'fullchain.pem'), chain.fullChain)
    writeFileSync(join(folder, 'privkey.pem'), chain.key)
    const text = JSON.stringify({ ...settings, serve: { domains: ['btinternet.com'] } })
      .replaceAll('/run/credentials/mailprofile.service/', `${folder}/`)
      .replace('/var/lib/mailprofile/', `${folder}/`)
    writeFileSync(join(folder, 'mailprofile.yaml'), text)
    const checked = await runCli(['config', 'check'], { cwd: folder })
    expect(checked.stdout.toString()).toContain('The server can start')
  })

  it('opens its port only where it is told to', () => {
    const open = PAGE.replace('enable = true;', 'enable = true; openFirewall = true;')
    expect(module(open).networking.firewall.allowedTCPPorts).toEqual([8080])
  })

  it('the page’s lines for certificates keep the key, and start again', () => {
    expect(evaluate(RENEWED)).toMatchObject({
      security: {
        acme: { certs: { 'setup.example.com': { extraLegoRenewFlags: ['--reuse-key'] } } },
      },
    })
    expect(example('docs/nixos.md: {')).toContain('try-restart mailprofile')
  })

  it('the package is of this version, with all that is packed, and packages where npm has them', () => {
    const { pname, version, src, npmDeps } = evaluate(
      `removeAttrs (pkgs.callPackage ${FOLDER}/package.nix { npmRegistry = "${REGISTRY}"; }) [ "outPath" ]`,
    ) as {
      readonly pname: string
      readonly version: string
      readonly src: readonly string[]
      readonly npmDeps: {
        readonly packageLock: {
          readonly packages: Readonly<Record<string, { resolved?: string; version: string }>>
        }
      }
    }
    const own = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      readonly name: string
      readonly version: string
      readonly files: readonly string[]
    }
    expect([pname, version]).toEqual([own.name, own.version])
    expect(src.filter((path) => !existsSync(path))).toEqual([])
    const packed = own.files.filter((path) => !/^(?:!|dist$)/.test(path))
    const isThere = (path: string) =>
      src.some((one) => `${join(ROOT, path)}/`.startsWith(`${one}/`))
    expect(packed.filter((path) => !isThere(path))).toEqual([])
    const { '': itself, ...others } = npmDeps.packageLock.packages
    expect(itself?.resolved).toBeUndefined()
    for (const { resolved } of Object.values(others)) expect(resolved).toMatch(/^https:.*\.tgz$/)
    const { version: types = '' } = others['node_modules/@types/node'] ?? {}
    expect(others['node_modules/@types/node']?.resolved).toBe(
      `${REGISTRY}@types/node/-/node-${types}.tgz`,
    )
  })
})
