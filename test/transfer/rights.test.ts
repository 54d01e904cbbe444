/** A user of the target who may do nothing yet: what the findings of a set of transfers say to run is enough for it. */
import { expect, test } from 'vitest'
import { copyTransfer, planTransfer } from '../../src/app/transfer.ts'
import { NONE, openShop } from './shop.ts'

/** Categories point at categories, those with a lower code. */
const options = { jobs: 1, accept: ['KEYS_STAY'] }

test('numbers, look-ups and tables that are there', async () => {
  await using shop = await openShop()
  const user = `naru_shop_${process.pid}`
  await shop.app.execute(`CREATE ROLE ${user} LOGIN PASSWORD 'x'`)
  try {
    const set = await shop.set('relaunch')
    const weak = { ...set, target: { ...set.target, address: { ...set.target.address, user, password: 'x' } } }
    const open = async () => {
      const { findings } = await planTransfer(weak, options, NONE)
      return findings.filter((f) => f.severity === 'blocks')
    }
    await expect(open()).rejects.toMatchObject({ code: 'PERMISSION_DENIED', why: 'what is missing: SELECT' })
    await shop.app.execute(`GRANT SELECT ON category, seller, product TO ${user}`)
    const lacking = await open()
    expect(new Set(lacking.map((f) => f.code))).toEqual(new Set(['RIGHTS_MISSING']))
    expect(lacking.map((f) => f.table).join()).toContain('sequences')
    await expect(copyTransfer(weak, options, NONE)).rejects.toMatchObject({ code: 'UNSETTLED_FINDINGS' })
    expect(await shop.app.ledger().runs()).toEqual([])
    for (const f of lacking) await shop.app.execute(f.ways[0])
    expect(await open()).toEqual([])
    const report = await copyTransfer(weak, options, NONE)
    expect(report).toMatchObject({ verdict: 'done', exit: 0, failedSteps: [] })
  } finally {
    await shop.app.execute(`REASSIGN OWNED BY ${user} TO CURRENT_USER; DROP OWNED BY ${user}; DROP ROLE ${user}`)
  }
})
