import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** What is done with keys or pointer, as both WebDriver and WebDriver BiDi write it. */
export type InputSource = Readonly<Record<string, unknown>>

/** A browser with one window that a WebDriver drives. */
export interface BrowserDriver {
  /** Where its downloads are. */
  readonly downloads: string
  /** Asks as another browser from now on. What is open may be given up. */
  askAs(userAgent: string | undefined): Promise<void>
  navigate(url: string): Promise<void>
  /** The size of what shows a page, in CSS pixels. */
  resize(width: number, height: number): Promise<void>
  /** @param expression whose value JSON can hold, or a promise of such a value */
  evaluate<T>(expression: string): Promise<T>
  perform(sources: readonly InputSource[]): Promise<void>
  /** What the window shows, as PNG. */
  screenshot(): Promise<Buffer>
  close(): Promise<void>
}

/** Code points that WebDriver gives to keys without a character (WebDriver, 17.4.2). */
export const KEYS = { enter: '\uE006', tab: '\uE004', control: '\uE009' } as const

const PATIENCE = 60_000
/** More than any page has. */
const MOST_STOPS = 100

/** What a person does with a browser and sees in it. */
export class DrivenBrowser {
  #userAgent: string | undefined

  constructor(readonly driver: BrowserDriver) {}

  /** @param userAgent the browser's own if there is none */
  async askAs(userAgent: string | undefined): Promise<void> {
    if (userAgent === this.#userAgent) return
    await this.driver.askAs(userAgent)
    this.#userAgent = userAgent
  }

  evaluate<T>(expression: string): Promise<T> {
    return this.driver.evaluate<T>(expression)
  }

  async goTo(url: string, is = 'main'): Promise<void> {
    await this.driver.navigate(url)
    await this.until(`document.querySelector(${JSON.stringify(is)}) !== null`)
  }

  async resize(width: number, height: number): Promise<void> {
    await this.driver.resize(width, height)
    await this.until(`innerWidth === ${width} && innerHeight === ${height}`)
  }

  /** What the window shows once it shows what the page has now, as PNG. */
  async screenshot(): Promise<Buffer> {
    await this.evaluate(`new Promise((resolve) => {
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(true)))
    })`)
    return this.driver.screenshot()
  }

  /** Waits until something is so on a page that is complete, whatever is open before it. */
  async until(expression: string): Promise<void> {
    const deadline = Date.now() + PATIENCE
    const isSo = `document.readyState === 'complete' && Boolean(${expression})`
    for (;;) {
      // Between two pages there is none to ask.
      const answer = await this.driver.evaluate<boolean>(isSo).catch((error: unknown) => error)
      if (answer === true) return
      if (Date.now() > deadline) {
        const url = await this.driver.evaluate<string>('location.href')
        throw new Error(`${url} never has ${expression}.`, { cause: answer })
      }
      await sleep(25)
    }
  }

  /** Moves the mouse to the middle of the first thing that can be seen of a selector. */
  async hover(selector: string): Promise<void> {
    const [x, y] = await this.evaluate<[number, number]>(`(() => {
      const all = [...document.querySelectorAll(${JSON.stringify(selector)})]
      const element = all.find((one) => one.checkVisibility({ visibilityProperty: true }))
      element.scrollIntoView({ block: 'center', behavior: 'instant' })
      const { left, top, width, height } = element.getBoundingClientRect()
      return [Math.floor(left + width / 2), Math.floor(top + height / 2)]
    })()`)
    await this.#mouse({ type: 'pointerMove', x, y, origin: 'viewport' })
  }

  async click(selector: string): Promise<void> {
    await this.hover(selector)
    await this.#mouse({ type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 })
  }

  #mouse(...actions: readonly InputSource[]): Promise<void> {
    return this.driver.perform([
      { type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions },
    ])
  }

  /** Letters, and a key after them. */
  async type(text: string, ...keys: readonly string[]): Promise<void> {
    const all = [...Array.from(text), ...keys]
    const actions = all.flatMap((value) => [
      { type: 'keyDown', value },
      { type: 'keyUp', value },
    ])
    await this.driver.perform([{ type: 'key', id: 'keyboard', actions }])
  }

  /** A key, with others held down. */
  async press(key: string, ...held: readonly string[]): Promise<void> {
    const keys = [...held, key]
    const actions = [
      ...keys.map((value) => ({ type: 'keyDown', value })),
      ...keys.map((value) => ({ type: 'keyUp', value })).reverse(),
    ]
    await this.driver.perform([{ type: 'key', id: 'keyboard', actions }])
  }

  /** Moves the focus to something by Tab alone. */
  async tabTo(selector: string): Promise<void> {
    const isThere = `document.activeElement.matches(${JSON.stringify(selector)})`
    for (let presses = 0; presses < MOST_STOPS; presses++) {
      await this.press(KEYS.tab)
      if (await this.evaluate<boolean>(isThere)) return
    }
    throw new Error(`Tab never comes to ${selector}.`)
  }

  /** Clicks what gives a file, and takes that once it is whole. */
  async download(selector: string): Promise<{ readonly name: string; readonly body: Buffer }> {
    const { downloads } = this.driver
    await this.click(selector)
    const deadline = Date.now() + PATIENCE
    for (;;) {
      // Firefox writes beside an empty file with the right name, WebKit beside none.
      const [name, ...others] = readdirSync(downloads)
      const isWhole =
        name !== undefined && others.length === 0 && !/\.(?:part|wkdownload)$/.test(name)
      const body = isWhole ? readFileSync(join(downloads, name)) : Buffer.of()
      if (isWhole && body.length > 0) {
        rmSync(join(downloads, name))
        return { name, body }
      }
      if (Date.now() > deadline) throw new Error(`${selector} gives no file.`)
      await sleep(25)
    }
  }
}
