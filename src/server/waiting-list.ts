// A browser has up to six connections to one host; nobody who has so few is told from anybody else.
const FEW = 8

/** Those of one network that wait, in the order in which they began to. */
type Network<T> = Set<T>

/**
 * Whose turn it is to give way: of the network that has the most that wait the one that has waited the
 * longest, and where no network has more than a few, the one that has waited the longest of all. So the
 * slow connections of one network give way before anybody else's. Everything takes constant time.
 */
export class WaitingList<T> {
  /** In the order in which they began to wait, each with the name of its network. */
  readonly #waiting = new Map<T, string>()
  readonly #networks = new Map<string, Network<T>>()
  /** Networks by how many of theirs wait. */
  readonly #bySize: Set<Network<T>>[] = []
  #largest = 0

  /** Puts one at the end, from wherever it is. */
  add(item: T, networkName: string): void {
    this.delete(item)
    this.#waiting.set(item, networkName)
    const network = this.#networks.get(networkName) ?? new Set<T>()
    this.#networks.set(networkName, network)
    this.#ofSize(network.size).delete(network)
    network.add(item)
    this.#ofSize(network.size).add(network)
    this.#largest = Math.max(this.#largest, network.size)
  }

  delete(item: T): void {
    const name = this.#waiting.get(item)
    const network = name === undefined ? undefined : this.#networks.get(name)
    if (name === undefined || network === undefined) return
    this.#waiting.delete(item)
    this.#ofSize(network.size).delete(network)
    network.delete(item)
    if (network.size === 0) this.#networks.delete(name)
    else this.#ofSize(network.size).add(network)
    // Sizes change by one, so the next one down has some if this one has none.
    if (this.#ofSize(this.#largest).size === 0) this.#largest--
  }

  /** Whose turn it is; undefined when nobody waits. */
  get first(): T | undefined {
    const [network] = this.#largest > FEW ? this.#ofSize(this.#largest) : []
    const [item] = network ?? this.#waiting.keys()
    return item
  }

  #ofSize(size: number): Set<Network<T>> {
    return (this.#bySize[size] ??= new Set())
  }
}
