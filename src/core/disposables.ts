/** Things to be let go together, the last one first. `AsyncDisposableStack` is not in every Node that naru runs on (from 24 on). */
export interface Disposables extends AsyncDisposable {
  use<T extends AsyncDisposable>(value: T): T
  defer(work: () => unknown): void
  /** Lets go of all, also where one fails; throws the first error. */
  disposeAsync(): Promise<void>
}

/** Nothing yet. */
export function disposables(): Disposables {
  const all: (() => unknown)[] = []
  const disposeAsync = async () => {
    const errors: unknown[] = []
    for (let work = all.pop(); work !== undefined; work = all.pop()) {
      try {
        await work()
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors[0]
  }
  return {
    use(value) {
      all.push(() => value[Symbol.asyncDispose]())
      return value
    },
    defer(work) {
      all.push(work)
    },
    disposeAsync,
    [Symbol.asyncDispose]: disposeAsync,
  }
}
