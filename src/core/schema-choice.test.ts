import { expect, test } from 'vitest'
import { choicesMeet, parseSchemaChoice, schemaChoiceText, soleSchema } from './schema-choice.ts'

test.each([
  ['app', 'app'],
  ['my schema', 'my schema'],
  ['we"ird', 'we"ird'],
  ['"a,b"', 'a,b'],
  ['"*"', '*'],
  ['*', { several: 'all' }],
  ['sales,hr', { several: ['sales', 'hr'] }],
  ['"a,b","say ""x""",c', { several: ['a,b', 'say "x"', 'c'] }],
  ['hr,hr,x', { several: ['hr', 'x'] }],
])('%s is a choice, and its text is read as the same', (text, choice) => {
  expect(parseSchemaChoice(text)).toEqual(choice)
  expect(parseSchemaChoice(schemaChoiceText(parseSchemaChoice(text)!))).toEqual(choice)
})

test.each(['a,', ',a', 'a,,b', 'a,*', '*,a', '"a', '"a"b', '"a" ,b'])('%s is none', (text) => {
  expect(parseSchemaChoice(text)).toBeNull()
})

test('of several none is the only one', () => {
  expect(soleSchema('app', 'it')).toBe('app')
  expect(() => soleSchema({ several: ['a', 'b'] }, 'it')).toThrow(/it deals with one schema at a time/)
})

test('choices meet in a schema that both name', () => {
  expect(choicesMeet(undefined, 'public')).toBe(true)
  expect(choicesMeet({ several: 'all' }, 'x')).toBe(true)
  expect(choicesMeet({ several: ['a', 'b'] }, { several: ['b'] })).toBe(true)
  expect(choicesMeet({ several: ['a', 'b'] }, undefined)).toBe(false)
})
