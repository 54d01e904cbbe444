/** Work shared among workers: connections, lanes, threads. */

/**
 * Hands tasks to workers, in order: each takes the next one when it is free. After a failure no more are begun; the first one is thrown
 * once all workers have come to rest. `stopping` is asked before each task.
 */
export async function share<Worker, Task>(
  workers: readonly Worker[],
  tasks: readonly Task[],
  work: (worker: Worker, task: Task) => Promise<void>,
  o: { readonly stopping?: () => boolean; readonly failed?: () => void } = {},
): Promise<void> {
  let failure: { readonly error: unknown } | undefined
  let next = 0
  const turn = async (worker: Worker) => {
    while (next < tasks.length && failure === undefined && o.stopping?.() !== true) {
      try {
        await work(worker, tasks[next++])
      } catch (error) {
        if (failure !== undefined) continue
        failure = { error }
        o.failed?.()
      }
    }
  }
  await Promise.all(workers.map(turn))
  if (failure !== undefined) throw (failure as { error: unknown }).error
}

/** Two tasks side by side; where one fails, its error is thrown once the other has come to rest too. */
export async function sideBySide<A, B>(first: A | Promise<A>, second: B | Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second])
  return [await first, await second]
}
