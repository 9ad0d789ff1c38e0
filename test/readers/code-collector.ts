import { hash } from 'node:crypto'
import type { ReadAccount } from '../../src/formats/read-account.js'
import { parseThunderbirdQr } from '../../src/formats/thunderbird-qr/reader.js'

/**
 * How Thunderbird for Android counts several codes (`QrCodeScannerViewModel.kt`, 24.0): texts that
 * differ, by SHA-1, with the same total; a code with another total begins anew.
 */
export class CodeCollector {
  readonly #accounts = new Map<string, readonly ReadAccount[]>()
  #total = 0

  scan(text: string): void {
    const { sequence, accounts } = parseThunderbirdQr(text)
    const [, total] = sequence
    if (total !== this.#total) {
      this.#accounts.clear()
      this.#total = total
    }
    this.#accounts.set(hash('sha1', text), accounts)
  }

  /** Whether it imports by itself, without a tap on "Done". */
  get complete(): boolean {
    return this.#accounts.size === this.#total
  }

  get accounts(): ReadAccount[] {
    return [...this.#accounts.values()].flat()
  }
}
