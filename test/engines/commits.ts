/** Follows the writers of the kill tests. */
import type { ChildProcess } from 'node:child_process'

/** Waits until a writer has told of so many commits, a point each. Its output is read on, so that it ends by the kill alone. */
export function chunks(child: ChildProcess, count: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let told = 0
    child.once('exit', () => reject(new Error(`the writer ended by itself after ${told} commits`)))
    child.stdout?.on('data', (text: Buffer) => {
      told += text.length
      if (told >= count) resolve()
    })
  })
}
