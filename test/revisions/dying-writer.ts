/**
 * Imported into a process of the command line before anything else: kills it (SIGKILL) in the moment in which it writes the event that
 * NARU_TEST_DIES_AT names as `number:state`. Not one instruction of the program runs after that.
 */
const [number, state] = (process.env.NARU_TEST_DIES_AT ?? '').split(':')
const write = process.stdout.write.bind(process.stdout)

process.stdout.write = ((text: string, ...rest: []) => {
  const event = String(text)
  const hit = event.includes('"type":"statement"') && event.includes(`"number":${number},`)
  if (hit && event.includes(`"state":"${state}"`)) process.kill(process.pid, 'SIGKILL')
  return write(text, ...rest)
}) as typeof process.stdout.write
