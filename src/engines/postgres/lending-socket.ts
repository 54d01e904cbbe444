/** A socket that can read into the same memory over and over. */
import { Socket } from 'node:net'

/** As much as Node reads at once. */
const SIZE = 65536

/**
 * For a driver to connect; not for TLS, which takes a socket's place. Until it lends, its `data` events have bytes of their own, as those
 * of any socket. Memory for each read costs a tenth of what a copy does in this process: it is asked for, faulted in, and given back.
 */
export class LendingSocket extends Socket {
  #take: (bytes: Buffer) => void = (bytes) => this.emit('data', Buffer.from(bytes))

  constructor() {
    let take: (bytes: Buffer) => void = () => {}
    super({
      onread: {
        buffer: Buffer.allocUnsafeSlow(SIZE),
        callback(length, bytes) {
          take((bytes as Buffer).subarray(0, length))
          return true
        },
      },
    })
    take = (bytes) => this.#take(bytes)
  }

  /** From now on `take` gets what comes, in place of `data` events: it must be done with the bytes when it returns. */
  lend(take: (bytes: Buffer) => void): void {
    this.#take = take
  }
}
