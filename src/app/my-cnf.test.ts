import { expect, test } from 'vitest'
import { readMyCnf, withIncludes } from './my-cnf.ts'

test('only the client sections count, and later lines win', () => {
  const text =
    '[mysqld]\npassword=server\n[client]\nuser = kim\npassword=one\n[mysql]\npassword=no\n[client]\npassword=two\n'
  expect(readMyCnf(text)).toEqual({ user: 'kim', password: 'two' })
})

test('quotes, escapes and comments are read as MySQL reads them', () => {
  const text = `[client]
# a comment
; another
password = "a#b\\"c"   # behind
user='kim lee'
ssl_ca=/etc/ca.pem # the root
socket=/run/my\\ssock
ssl
`
  expect(readMyCnf(text)).toEqual({
    password: 'a#b"c',
    user: 'kim lee',
    'ssl-ca': '/etc/ca.pem',
    socket: '/run/my sock',
    ssl: '',
  })
})

test('an unquoted value ends at a comment sign, as in MySQL', () => {
  expect(readMyCnf('[client]\npassword=ab#cd')).toEqual({ password: 'ab' })
})

test('included files stand where they are named, and the section goes on behind them', async () => {
  const files: Record<string, string> = {
    '/etc/a.cnf': 'user=nobody\n[client]\nuser=kim\npassword=one',
    '/etc/my.d/1.cnf': '[client]\npassword=two',
    '/etc/my.d/2.cnf': '[mysqld]\npassword=server',
    '/etc/loop.cnf': '!include /etc/loop.cnf\n[client]\nport=3307',
  }
  const from = {
    read: async (path: string) => files[path] ?? null,
    list: async (folder: string) => Object.keys(files).filter((f) => f.startsWith(`${folder}/`)),
  }
  const text =
    '!include /etc/a.cnf\n[client]\nhost=db\n!includedir /etc/my.d\n!include /etc/none.cnf\nsocket=/s\n!include /etc/loop.cnf'
  expect(readMyCnf(await withIncludes(text, from))).toEqual({
    user: 'kim',
    password: 'two',
    host: 'db',
    socket: '/s',
    port: '3307',
  })
})
