import { expect, test } from 'vitest'
import { readMyCnf } from './my-cnf.ts'

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
