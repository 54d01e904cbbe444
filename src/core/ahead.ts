/** Items asked for while the one before is being worked on. */

/** Gives the items of a source in order, the next one already on its way. `drop`: told of one that nobody takes any more. */
export async function* ahead<T>(source: AsyncIterable<T>, drop?: (item: T) => void): AsyncGenerator<T> {
  const items = source[Symbol.asyncIterator]()
  const pull = () => {
    const asked = items.next()
    asked.catch(() => {}) // told when it is awaited
    return asked
  }
  let coming: ReturnType<typeof pull> | null = pull()
  try {
    for (;;) {
      const { done, value } = await coming
      coming = null
      if (done) return
      coming = pull()
      yield value
    }
  } finally {
    const left = await coming?.catch(() => null)
    if (left && !left.done) drop?.(left.value)
    await items.return?.()
  }
}
