import { domainOf, type Address } from '../../account/address.js'
import { offersMail, type MailService } from '../../account/mail-service.js'
import { ownRecords } from '../../dns/plan.js'
import { publicHost } from '../../formats/dns-records/dns-records.js'
import type { DnsRecord } from '../../dns/record.js'
import { createAsker } from './asker.js'
import { CLIENTS, type ProbeClient, type ProbedPerson, type ProbeStep } from './clients.js'
import { askDav } from './dav.js'
import { expectedOf } from './expected.js'
import { ProbeFindings } from './findings.js'
import { createPlaces, type ProbeNetwork } from './places.js'
import type { Problem } from './problem.js'
import { printable } from '../server-text.js'
import { hasMailRecords, recordProblems } from './records.js'
import type { ProbedProgram, ProbedStep, ProbeReport } from './report.js'
import { probeAddresses, probeCache, probePaths } from './other-ways.js'
import { takePaccStep } from './pacc.js'
import { takePhoneStep } from './phone.js'
import {
  askBaseUrl,
  probeBaseUrl,
  probeHealth,
  probeReadiness,
  probeWithoutTls,
  type ServiceOptions,
} from './service.js'
import { takeHttpStep, type ProbeStepResult, type StepOptions } from './steps.js'

/** What is known of the deployed server. */
export interface Deployed {
  /** Where people reach it; nothing where nobody said so. */
  readonly url?: string | undefined
  /** What it tells of the domain; nothing where its configuration is not here. */
  readonly service?: MailService | undefined
  /** Records that the zone should have, if more is known than the address of the server. */
  readonly records?: readonly DnsRecord[] | undefined
  /** The document of PACC, where it is switched on and there is one. */
  readonly pacc?: string | undefined
  /** Whether the zone of the mail domain is its operator's, so that programs find the server by it. */
  readonly ownsDomain: boolean
  /** Where mailprofile listens behind its proxy, with the port; its usual place where nobody said so. */
  readonly listen?: string | undefined
  /** Whether something in front of it, which it does not trust, does the TLS. */
  readonly trustsNoProxy?: boolean
}

export interface ProbeOptions {
  readonly network: ProbeNetwork
  /** Per step, in milliseconds. */
  readonly timeout: number
  readonly now: Date
  /** Ends the probe; what was found until then is in the report. */
  readonly signal: AbortSignal
}

// Whatever hangs, an operator waits no longer than this.
const TOTAL_MS = 180_000

/**
 * Asks a deployed mailprofile server from outside, as each mail program does, and says what each would find,
 * and what is to change. No password is sent, and the address only over TLS.
 */
export async function probe(
  address: Address,
  deployed: Deployed,
  { network, timeout, now, signal }: ProbeOptions,
): Promise<ProbeReport> {
  const stop = new AbortController()
  const end = () => stop.abort(signal.reason)
  if (signal.aborted) end()
  signal.addEventListener('abort', end, { once: true })
  const timer = setTimeout(() => stop.abort(), TOTAL_MS)
  try {
    return await new Probe(address, deployed, { network, timeout, now, signal: stop.signal }).run()
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', end)
    stop.abort()
  }
}

class Probe {
  readonly #address: Address
  readonly #domain: string
  readonly #deployed: Deployed
  readonly #options: ProbeOptions
  #base: string | undefined
  readonly #places
  readonly #asker
  readonly #findings: ProbeFindings
  readonly #notes: string[] = []
  /** Names that lead elsewhere, about which no more is to be said. */
  readonly #astray = new Set<string>()

  constructor(address: Address, deployed: Deployed, options: ProbeOptions) {
    this.#address = address
    this.#domain = domainOf(address)
    this.#deployed = deployed
    this.#options = options
    this.#base = deployed.url?.replace(/\/+$/, '')
    const { network, timeout, now, signal: stop } = options
    this.#places = createPlaces({ network, timeout, now, stop })
    this.#asker = createAsker({ places: this.#places, timeout, stop })
    this.#findings = new ProbeFindings(() => ({
      domain: this.#domain,
      base: this.#base,
      names: [
        ...(this.#base === undefined ? [] : [new URL(this.#base).hostname]),
        ...(this.#asksForMail
          ? [`autoconfig.${this.#domain}`, `autodiscover.${this.#domain}`]
          : []),
        ...(deployed.pacc === undefined ? [] : [`ua-auto-config.${this.#domain}`]),
      ],
      listen: deployed.listen ?? '127.0.0.1:8080',
    }))
  }

  async run(): Promise<ProbeReport> {
    const { ownsDomain, service, trustsNoProxy } = this.#deployed
    if (this.#base === undefined && ownsDomain) await this.#learnBase()
    if (ownsDomain) await this.#compareRecords()
    else {
      this.#notes.push(
        `The zone of ${this.#domain} is not yours as far as this configuration knows: only the setup page and the profile were asked for.`,
      )
    }
    if (service === undefined) {
      this.#notes.push(
        'The configuration of the server is not here (--config), so answers were looked at, but not compared.',
      )
    }
    await this.#probeService()
    const programs: ProbedProgram[] = []
    for (const client of CLIENTS) {
      const program = await this.#takeSteps(client)
      if (program !== undefined) programs.push(program)
    }
    await this.#probeHosts()
    if (trustsNoProxy === true && this.#base?.startsWith('https:') === true) {
      this.#findings.add([{ code: 'trust_proxy_missing', place: this.#base }])
    }
    const findings = this.#findings.finish()
    const proxy = this.#asker.proxy()
    return {
      address: this.#address,
      ...(this.#base === undefined ? {} : { url: this.#base }),
      ...(proxy === undefined ? {} : { proxy }),
      compared: service !== undefined,
      programs,
      findings,
      notes: this.#notes,
      requests: this.#asker.count(),
      ok: findings.length === 0,
    }
  }

  // Nobody finds calendars and contacts alone by the names of mail.
  get #asksForMail(): boolean {
    const { ownsDomain, service } = this.#deployed
    return ownsDomain && (service === undefined || offersMail(service))
  }

  get #person(): ProbedPerson {
    return { address: this.#address, domain: this.#domain, base: this.#base }
  }

  get #serviceOptions(): ServiceOptions | undefined {
    return this.#base === undefined
      ? undefined
      : {
          asker: this.#asker,
          places: this.#places,
          domain: this.#domain,
          base: this.#base,
          now: this.#options.now,
          trust: this.#options.network.trust ?? [],
        }
  }

  // Its pointer to Autodiscover says where it takes itself to be.
  async #learnBase(): Promise<void> {
    const origin = `https://autodiscover.${this.#domain}`
    const options = { asker: this.#asker, domain: this.#domain }
    const base = await askBaseUrl(origin, options)
    if (base === undefined) return
    if (!(await this.#asker.mayLead(new URL(origin), new URL(base)))) return
    this.#base = base
    this.#notes.push(
      `The setup page was asked for at ${printable(base)}, as the server says itself.`,
    )
  }

  async #compareRecords(): Promise<void> {
    const { network, signal } = this.#options
    const host = publicHost(this.#base)
    const known = host === undefined ? [] : ownRecords(this.#domain, { host })
    const { records = known } = this.#deployed
    let problems: Awaited<ReturnType<typeof recordProblems>>
    try {
      problems = await recordProblems(this.#domain, records, network.resolver, signal)
    } catch (error) {
      if (signal.aborted) return
      throw error
    }
    for (const { clients, ...problem } of problems) {
      if (problem.code === 'name_elsewhere') this.#astray.add(problem.place)
      const titles = CLIENTS.filter(({ id }) => clients.includes(id)).map(({ title }) => title)
      this.#findings.add([problem], ...titles)
    }
  }

  async #probeService(): Promise<void> {
    const options = this.#serviceOptions
    if (options === undefined) {
      this.#notes.push(
        'Nobody said where the setup page is (--url), so that neither it nor the profile was asked for.',
      )
      return
    }
    const health = await probeHealth(options)
    this.#add(health, new URL(options.base).host)
    if (health.length > 0) return
    for (const look of [probeReadiness, probeCache, probeBaseUrl, probeWithoutTls]) {
      this.#findings.add(await look(options))
    }
  }

  async #probeHosts(): Promise<void> {
    const urls = [
      ...(this.#base === undefined ? [] : [`${this.#base}/healthz`]),
      ...(this.#asksForMail
        ? [
            `https://autoconfig.${this.#domain}/mail/config-v1.1.xml`,
            `https://autodiscover.${this.#domain}/autodiscover/autodiscover.xml`,
          ]
        : []),
    ].map((url) => new URL(url))
    for (const url of urls) {
      const { warnings } = await this.#places.look(url)
      this.#add(warnings, url.host)
      this.#add(await probeAddresses(url, { asker: this.#asker, places: this.#places }), url.host)
    }
    if (!this.#asksForMail) return
    const { letterCase, wellKnown } = await probePaths({
      asker: this.#asker,
      domain: this.#domain,
    })
    this.#findings.add(letterCase)
    this.#findings.add(wellKnown)
  }

  #add(problems: readonly Problem[], host: string, ...programs: readonly string[]): void {
    if (!this.#astray.has(host)) this.#findings.add(problems, ...programs)
  }

  async #takeSteps(client: ProbeClient): Promise<ProbedProgram | undefined> {
    const steps: ProbedStep[] = []
    for (const step of client.steps) {
      const result = await this.#takeStep(client, step)
      if (result === undefined) continue
      const { place, problems } = result
      this.#add(problems, hostOf(place), client.title)
      steps.push({ place, result: result.result, codes: problems.map(({ code }) => code) })
      if (client.asks === 'first' && result.result === 'found') break
    }
    if (steps.length === 0) return undefined
    const results = steps.map(({ result }) => result)
    const result =
      client.asks === 'first' || client.id === 'fairemail'
        ? (['found', 'failed'] as const).find((one) => results.includes(one))
        : (['failed', 'found'] as const).find((one) => results.includes(one))
    return { id: client.id, title: client.title, result: result ?? 'nothing', steps }
  }

  async #takeStep(client: ProbeClient, step: ProbeStep): Promise<ProbeStepResult | undefined> {
    const { ownsDomain, service, pacc } = this.#deployed
    switch (step.wants) {
      case 'page':
      case 'profile':
        return (
          this.#serviceOptions && takePhoneStep(client, step, this.#person, this.#serviceOptions)
        )
      case 'srv': {
        if (!this.#asksForMail) return undefined
        const found = await hasMailRecords(this.#domain, this.#options.network.resolver)
        // What is wrong with them has been said.
        return {
          place: `_imaps._tcp.${this.#domain}`,
          result: found ? 'found' : 'nothing',
          problems: [],
        }
      }
      case 'caldav':
      case 'carddav':
        return ownsDomain && service !== undefined
          ? this.#takeDavStep(client, step.wants, service)
          : undefined
      case 'pacc': {
        if (!ownsDomain || (service !== undefined && pacc === undefined)) return undefined
        const { resolver } = this.#options.network
        return service === undefined
          ? takePaccStep(client, step, { ...this.#stepOptions, resolver })
          : takeHttpStep(client, step, this.#stepOptions)
      }
      default:
        return this.#asksForMail ? takeHttpStep(client, step, this.#stepOptions) : undefined
    }
  }

  get #stepOptions(): StepOptions {
    const { service, pacc } = this.#deployed
    return {
      asker: this.#asker,
      person: this.#person,
      expected: service && expectedOf(service, this.#domain, pacc),
    }
  }

  async #takeDavStep(
    { userAgent }: ProbeClient,
    kind: 'caldav' | 'carddav',
    service: MailService,
  ): Promise<ProbeStepResult | undefined> {
    const asked = await askDav(kind, service, {
      asker: this.#asker,
      resolver: this.#options.network.resolver,
      domain: this.#domain,
      userAgent,
    })
    if (asked === undefined) return undefined
    return { ...asked, result: asked.problems.length === 0 ? 'found' : 'failed' }
  }
}

function hostOf(place: string): string {
  return place.replace(/^https?:\/\//, '').replace(/\/.*$/, '')
}
